import { describe, expect, it } from "vitest";
import { matches } from "../../../tools/aws/patterns.ts";

type Row = [pattern: object, fits: unknown[], others: unknown[]];

// The operators one by one, as their page has them:
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
const rows: Row[] = [
  [
    { a: ["x", 1, true, null] },
    [{ a: "x" }, { a: 1 }, { a: true }, { a: null }, { a: ["y", "x"] }],
    [{ a: "X" }, { a: "1" }, {}, { a: false }],
  ],
  [{ a: [""] }, [{ a: "" }], [{}, { a: null }]],
  [{ a: [{ prefix: "us-" }] }, [{ a: "us-east-1" }], [{ a: "eu-us-" }, { a: 1 }, {}]],
  [{ a: [{ prefix: { "equals-ignore-case": "US-" } }] }, [{ a: "us-1" }], [{ a: "eu" }]],
  [{ a: [{ suffix: ".png" }] }, [{ a: "b.png" }], [{ a: ".png2" }]],
  [{ a: [{ suffix: { "equals-ignore-case": ".PNG" } }] }, [{ a: "b.png" }], [{ a: "png" }]],
  [{ a: [{ "equals-ignore-case": "Alice" }] }, [{ a: "aLICE" }], [{ a: "alic" }]],
  [{ a: [{ "anything-but": "x" }] }, [{ a: "y" }, { a: 1 }], [{ a: "x" }, {}]],
  [{ a: [{ "anything-but": [1, 2] }] }, [{ a: 3 }], [{ a: 1 }, { a: 2 }]],
  [{ a: [{ "anything-but": { prefix: "init" } }] }, [{ a: "done" }], [{ a: "initial" }]],
  [{ a: [{ "anything-but": { prefix: ["a", "b"] } }] }, [{ a: "c" }], [{ a: "ab" }, { a: "b" }]],
  [{ a: [{ "anything-but": { suffix: ".txt" } }] }, [{ a: "b.png" }], [{ a: "b.txt" }]],
  [{ a: [{ "anything-but": { "equals-ignore-case": ["On", "Off"] } }] }, [{ a: "new" }], [{ a: "ON" }]],
  [{ a: [{ "anything-but": { wildcard: "*/lib/*" } }] }, [{ a: "b/c" }], [{ a: "b/lib/c" }]],
  [{ a: [{ numeric: [">", 0, "<=", 5] }] }, [{ a: 5 }, { a: 0.1 }], [{ a: 0 }, { a: 5.1 }, { a: "3" }]],
  [{ a: [{ numeric: ["=", -1] }] }, [{ a: -1 }], [{ a: 1 }]],
  [{ a: [{ cidr: "10.0.0.0/24" }] }, [{ a: "10.0.0.255" }], [{ a: "10.0.1.0" }, { a: "::1" }, { a: "x" }]],
  [{ a: [{ cidr: "2001:db8::/32" }] }, [{ a: "2001:db8::1" }], [{ a: "2001:db9::1" }]],
  [{ a: [{ exists: true }] }, [{ a: null }, { a: "" }], [{}, { a: { b: 1 } }]],
  [{ a: [{ exists: false }] }, [{}, { b: 1 }], [{ a: 1 }]],
  [{ a: [{ exists: false }, 2] }, [{}, { a: 2 }], [{ a: 1 }]],
  [
    { a: [{ wildcard: "dir/*.png" }] },
    [{ a: "dir/b.png" }, { a: "dir/.png" }],
    [{ a: "dir/b.jpg" }, { a: "x/dir/b.png" }],
  ],
  [{ a: [{ wildcard: "*a*a*" }] }, [{ a: "xaya" }, { a: "aa" }], [{ a: "a" }]],
  [{ a: [{ wildcard: "a\\*b" }] }, [{ a: "a*b" }], [{ a: "axb" }]],
  [
    { a: { b: [1] }, c: [2] },
    [{ a: { b: 1 }, c: 2 }],
    [{ a: { b: 1 } }, { a: 1, c: 2 }, { a: { b: 2 }, c: 2 }],
  ],
  [{ a: { b: [1], c: [2] } }, [{ a: [{ b: 0 }, { b: 1, c: 2 }] }], [{ a: [{ b: 1 }, { c: 2 }] }]],
  [
    { $or: [{ a: [1] }, { b: [{ numeric: [">", 1] }] }], c: [3] },
    [
      { a: 1, c: 3 },
      { b: 2, c: 3 },
    ],
    [{ a: 1 }, { b: 1, c: 3 }],
  ],
  [{ a: [{ exists: false }] }, [undefined, null, "text"], []],
  [{ constructor: ["x"] }, [], [{}]],
];

describe("a pattern", () => {
  it.each(rows)("%j fits what it should", (pattern, fits, others) => {
    const found = [...fits, ...others].map(event => matches(pattern as never, event));
    expect(found).toEqual([...fits.map(() => true), ...others.map(() => false)]);
  });

  it("with an unknown comparison is a mistake", () => {
    expect(() => matches({ a: [{ like: "x" }] }, { a: "x" })).toThrow(
      'There is no comparison "like" in patterns',
    );
  });
});
