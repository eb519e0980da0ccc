import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ServerError } from "../../../src/core/errors.ts";
import { memoryModel } from "../../../src/models/memory/memoryModel.ts";
import { jsonSchema } from "../../../src/schema/jsonSchema.ts";
import { fields } from "../../../src/serializers/fields.ts";
import { omit } from "../../../src/serializers/omit.ts";
import { pick } from "../../../src/serializers/pick.ts";
import { serializeAll, toSerializer } from "../../../src/serializers/toSerializer.ts";

interface Author {
  id: string;
  name: string;
}
interface Post {
  id: string;
  title: string;
  secret?: string;
  author?: Author | null | Promise<Author>;
  likers?: (Author | null)[];
}

const ann: Author = { id: "1", name: "Ann" };
const post: Post = {
  id: "7",
  title: "Hello",
  secret: "x",
  author: ann,
  likers: [ann, { id: "2", name: "Bob" }],
};
const request = { event: { path: "/posts" }, context: { awsRequestId: "r1" } } as never;

const badKeys: [keys: unknown[], message: string][] = [
  [[], "it takes at least one key"],
  [[""], 'keys must be names of fields, not ""'],
  [["id", 5], "keys must be names of fields, not 5"],
  [[undefined], "keys must be names of fields, not undefined"],
  [[["id"]], 'keys must be names of fields, not ["id"]'],
  [["__proto__"], 'keys must be names of fields, not "__proto__"'],
];

describe("pick", () => {
  it("lets out these keys alone, in their order, without touching the object", () => {
    const before = structuredClone(ann);
    expect(Object.entries(pick("name", "id", "name")(ann))).toEqual([
      ["name", "Ann"],
      ["id", "1"],
    ]);
    expect(ann).toEqual(before);
  });

  it("leaves out what the object lacks, keeps what is undefined, null or false", () => {
    const given: { a?: undefined; b: null; c: false; d?: number } = { a: undefined, b: null, c: false };
    expect(Object.entries(pick("a", "b", "c", "d")(given))).toEqual([
      ["a", undefined],
      ["b", null],
      ["c", false],
    ]);
  });

  it("takes nothing from the prototype", () => {
    class Base {
      id = "1";
      get password(): string {
        return "x";
      }
    }
    expect(pick("id", "password")(new Base())).toEqual({ id: "1" });
    expect(
      pick("constructor", "toString")({} as { constructor: unknown; toString: unknown } as never),
    ).toEqual({});
  });

  it("gives null for no object", () => {
    expect(pick("id")(null as never)).toBeNull();
    expect(pick("id")(undefined as never)).toBeNull();
  });

  it.each(badKeys)("refuses %j when it is made", (keys, message) => {
    expect(() => pick(...(keys as ["id"]))).toThrow(new TypeError(`pick: ${message}`));
  });
});

describe("omit", () => {
  it("lets nothing out that is inherited, though objects before had it of their own", () => {
    const serialize = omit("secret") as (object: object) => object;
    serialize({ b: 1, a: 2 });
    expect(serialize(Object.assign(Object.create({ a: "inherited" }), { b: 1 }))).toEqual({ b: 1 });
  });

  it("copies the own keys of each object, whatever those before it had", () => {
    const key = fc.constantFrom("a", "b", "secret", "d", "1", "toString", "constructor", "__proto__");
    const own = fc.array(fc.tuple(key, fc.constantFrom(1, undefined, null, "x")), { maxLength: 7 });
    const base = fc.constantFrom(Object.prototype, null, { a: "inherited", d: 1 }, class A {}.prototype);
    const object = fc.tuple(base, own).map(([prototype, entries]) => {
      const made = Object.create(prototype);
      for (const [name, value] of entries) {
        Object.defineProperty(made, name, { value, enumerable: true, configurable: true, writable: true });
      }
      return made as Record<string, unknown>;
    });
    fc.assert(
      fc.property(fc.array(object, { maxLength: 60 }), objects => {
        const serialize = omit("secret") as (object: unknown) => object;
        for (const one of objects) {
          const kept = Object.entries(one).filter(([name]) => name !== "secret" && name !== "__proto__");
          const made = serialize(one);
          expect(Object.entries(made)).toEqual(kept);
          expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("lets out all own keys but these, without touching the object", () => {
    expect(omit("secret", "author", "likers")(post)).toEqual({ id: "7", title: "Hello" });
    expect(post.secret).toBe("x");
    expect(omit("name")(Object.create(ann))).toEqual({});
  });

  it("never copies a key named __proto__", () => {
    const copy = omit("a" as never)(JSON.parse('{"__proto__":{"admin":true},"b":1}')) as { admin?: boolean };
    expect(copy).toEqual({ b: 1 });
    expect(copy.admin).toBeUndefined();
  });

  it("gives null for no object", () => {
    expect(omit("id" as never)(null as never)).toBeNull();
  });

  it.each(badKeys)("refuses %j when it is made", (keys, message) => {
    expect(() => omit(...(keys as ["id"]))).toThrow(new TypeError(`omit: ${message}`));
  });
});

describe("fields", () => {
  it("renames, computes and nests, at once and in the order of the map", () => {
    const serializer = fields<Post>({
      id: true,
      headline: "title",
      shout: ({ title }) => title.toUpperCase(),
      author: pick("id"),
      likers: fields({ label: ({ name }) => `@${name}` }),
      where: (_post, { event, context }) => [event.path, context.awsRequestId],
    });
    const made = serializer(post, request);
    expect(made).toEqual({
      id: "7",
      headline: "Hello",
      shout: "HELLO",
      author: { id: "1" },
      likers: [{ label: "@Ann" }, { label: "@Bob" }],
      where: ["/posts", "r1"],
    });
    expect(Object.keys(made)).toEqual(["id", "headline", "shout", "author", "likers", "where"]);
  });

  it("sends nested null and undefined as null, and leaves out a renamed field that is not there", () => {
    const serializer = fields<Post>({
      author: pick("id"),
      likers: pick("id"),
      s: "secret",
    });
    expect(serializer({ id: "1", title: "x", author: null, likers: [null, ann] })).toEqual({
      author: null,
      likers: [null, { id: "1" }],
    });
    expect(serializer({ id: "1", title: "x" })).toStrictEqual({ author: null, likers: null });
  });

  it("waits for fields that take their time, and for a nested promise", async () => {
    const serializer = fields<Post>({
      late: async ({ title }) => title.length,
      id: true,
      author: pick("name"),
    });
    const made = serializer({ ...post, author: Promise.resolve(ann) }, request);
    expect(made).toBeInstanceOf(Promise);
    expect(Object.entries(await made)).toEqual([
      ["late", 5],
      ["id", "7"],
      ["author", { name: "Ann" }],
    ]);
  });

  it("nests a Standard Schema, of which only the output goes out", () => {
    const serializer = fields<Post>({ author: z.object({ name: z.string() }) });
    expect(serializer(post)).toEqual({ author: { name: "Ann" } });
  });

  it("takes nothing from the prototype", () => {
    const serializer = fields<Post>({ id: true, t: "title", author: pick("id") });
    expect(serializer(Object.create(post))).toEqual({ author: null });
  });

  it("throws what a field throws, also behind one that rejects", async () => {
    const error = new Error("broken");
    const fail = (): never => {
      throw error;
    };
    expect(() => fields<Post>({ a: fail })(post)).toThrow(error);
    const mixed = fields<Post>({ a: async () => fail(), b: fail });
    await expect(mixed(post, request)).rejects.toBe(error);
  });

  it("refuses a wrong map when it is made", () => {
    const wrong: [map: unknown, message: string][] = [
      [{}, "fields: it takes at least one key"],
      [null, "fields: it takes an object of fields"],
      [["id"], "fields: it takes an object of fields"],
      [{ a: "" }, 'fields: keys must be names of fields, not ""'],
      ...[5, null, false, undefined, {}, []].map((source): [unknown, string] => [
        { a: source },
        'fields: "a" must be a field\'s name, true, a function, a serializer or a Standard Schema',
      ]),
    ];
    for (const [map, message] of wrong) {
      expect(() => fields(map as never)).toThrow(new TypeError(message));
    }
  });

  it("takes the model whose fields they are first, which alone says their types", () => {
    const Posts = memoryModel<Post>({ name: "Post" });
    const map = { id: true, headline: "title" } as const;
    expect(fields(Posts, map)(post, request)).toEqual(fields<Post>(map)(post, request));
    for (const model of [null, undefined, {}, "Post"]) {
      expect(() => fields(model as never, map as never)).toThrow(
        new TypeError("fields: model must be a model"),
      );
    }
    expect(() => fields(Posts, undefined as never)).toThrow(
      new TypeError("fields: it takes an object of fields"),
    );
  });
});

describe("toSerializer", () => {
  it("hands the object and the request to a function", () => {
    const seen: unknown[] = [];
    const serialize = toSerializer<Post, never>((object, given) => seen.push(object, given));
    serialize(post, request);
    expect(seen).toEqual([post, request]);
    expect(toSerializer<Post, never>(pick("id"))(post, request)).toEqual({ id: "7" });
  });

  it.each([
    ["zod", z.object({ id: z.string(), author: z.object({ name: z.string() }) })],
    ["valibot", v.object({ id: v.string(), author: v.object({ name: v.string() }) })],
    [
      "jsonSchema",
      jsonSchema({
        type: "object",
        properties: {
          id: { type: "string" },
          author: { type: "object", properties: { name: { type: "string" } } },
        },
      }),
    ],
  ])("lets out only what a schema of %s declares", (_name, schema) => {
    expect(toSerializer<Post, never>(schema)(post, request)).toEqual({ id: "7", author: { name: "Ann" } });
  });

  it("lets out a schema's transformed output, also late", async () => {
    expect(toSerializer(z.object({ id: z.string().transform(Number) }))(post, request)).toEqual({ id: 7 });
    const late = v.pipeAsync(
      v.object({ id: v.string() }),
      v.transformAsync(async ({ id }) => `#${id}`),
    );
    const made = toSerializer(late)(post, request);
    expect(made).toBeInstanceOf(Promise);
    expect(await made).toBe("#7");
  });

  it("answers 500 for an object that the schema refuses, saying why in the cause alone", async () => {
    const expected = { statusCode: 500, expose: false, message: "Internal Server Error" };
    const cause = new Error(
      "the serializer's schema refuses the object: id: must be integer; the object: no",
    );
    const schema = z.object({ id: z.any().refine(() => false, "must be integer") }).refine(() => false, {
      message: "no",
      when: () => true,
    });
    try {
      toSerializer(schema)(post, request);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ServerError);
      expect(error).toMatchObject({ ...expected, cause });
    }
    const late = v.pipeAsync(
      v.unknown(),
      v.checkAsync(async () => false, "no"),
    );
    await expect(toSerializer(late)(post, request)).rejects.toMatchObject(expected);
  });

  it("refuses what is not a serializer", () => {
    for (const bad of [undefined, null, "id", 5, {}, ["id"]]) {
      expect(() => toSerializer(bad as never)).toThrow(
        new TypeError("serializer must be a function, pick(), omit(), fields() or a Standard Schema"),
      );
    }
  });
});

describe("serializeAll", () => {
  it("keeps the order, at once where it can", () => {
    expect(
      serializeAll(toSerializer<Author, never>(pick("id")), [ann, { id: "2", name: "B" }], request),
    ).toEqual([{ id: "1" }, { id: "2" }]);
    expect(serializeAll(toSerializer<Author, never>(pick("id")), [], request)).toEqual([]);
  });

  it("keeps the order when a later item is ready first", async () => {
    const waits = [20, 0, 5];
    const made = serializeAll(
      (wait: unknown) => new Promise(resolve => setTimeout(resolve, wait as number, wait)),
      waits,
      request,
    );
    expect(await made).toEqual(waits);
    const mixed = serializeAll((n: unknown) => (n === 2 ? Promise.resolve("two") : n), [1, 2, 3], request);
    expect(await mixed).toEqual([1, "two", 3]);
  });

  it("leaves no rejection unhandled when a later item throws", async () => {
    const made = serializeAll(
      (n: unknown) => {
        if (n === 2) throw new Error("second");
        return Promise.reject(new Error("first"));
      },
      [1, 2],
      request,
    );
    await expect(made).rejects.toEqual(new Error("first"));
  });
});
