import { describe, expect, it } from "vitest";
import { BadRequest } from "../../../../src/core/errors.ts";
import { readCount, readPaging } from "../../../../src/models/query/paging.ts";

const limits = { limit: 50, maxLimit: 100 };

describe("readPaging", () => {
  it.each([
    [{}, { limit: 50 }],
    [{ limit: ["10"] }, { limit: 10 }],
    [{ limit: ["100"] }, { limit: 100 }],
    [{ limit: ["101"] }, { limit: 100 }],
    [{ offset: ["0"] }, { limit: 50, offset: 0 }],
    [
      { cursor: ["abc"], limit: ["5"] },
      { limit: 5, cursor: "abc" },
    ],
  ])("reads %j as %j", (query, expected) => {
    expect(readPaging(query as never, limits)).toEqual(expected);
  });

  it.each(["", "0", "-1", "1.5", "1e3", "abc", " 1", "0x10", "9".repeat(16), "١"])(
    "refuses %j as a limit",
    value => {
      expect(() => readPaging({ limit: [value] }, limits)).toThrow(
        expect.objectContaining({
          constructor: BadRequest,
          message: "limit must be a whole number of at least 1",
          field: "limit",
        }),
      );
    },
  );

  it.each(["", "-1", "x"])("refuses %j as an offset", value => {
    expect(() => readPaging({ offset: [value] }, limits)).toThrow(
      "offset must be a whole number of at least 0",
    );
  });

  it.each(["limit", "offset", "cursor"])("refuses a repeated %s, also with the same value", name => {
    for (const values of [
      ["1", "2"],
      ["1", "1"],
      ["", "1"],
    ]) {
      expect(() => readPaging({ [name]: values }, limits)).toThrow(
        expect.objectContaining({
          constructor: BadRequest,
          message: `Parameter given more than once: ${name}`,
          field: name,
        }),
      );
    }
  });

  it("refuses an offset together with a cursor", () => {
    expect(() => readPaging({ offset: ["1"], cursor: ["x"] }, limits)).toThrow(
      "offset and cursor can't be used together",
    );
  });
});

describe("readCount", () => {
  it("refuses a repeated count, and any value but true and false", () => {
    expect([{}, { count: ["false"] }, { count: ["true"] }].map(query => readCount(query as never))).toEqual([
      false,
      false,
      true,
    ]);
    expect(() => readCount({ count: ["true", "true"] })).toThrow("Parameter given more than once: count");
    expect(() => readCount({ count: ["1"] })).toThrow("count must be true or false");
  });
});
