import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import * as zm from "zod/mini";
import { api } from "../../api/api.ts";
import type { ParameterObject } from "../../api/openapi/types.ts";
import { resource } from "../../api/resource.ts";
import { bulkCreateHandler } from "../../generics/bulkCreateHandler.ts";
import { createHandler } from "../../generics/createHandler.ts";
import { listHandler } from "../../generics/listHandler.ts";
import { retrieveHandler } from "../../generics/retrieveHandler.ts";
import { updateHandler } from "../../generics/updateHandler.ts";
import { errors } from "../../middlewares/errors.ts";
import { jsonBody } from "../../middlewares/jsonBody.ts";
import { serialize } from "../../middlewares/serialize.ts";
import { sqsMessages } from "../../middlewares/sqsMessages.ts";
import { validate } from "../../middlewares/validate.ts";
import { plainNumber } from "../../src/core/numberText.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import type { Model } from "../../src/models/types.ts";
import { pipeline } from "../../src/pipeline/pipeline.ts";
import { jsonSchema } from "../../src/schema/jsonSchema.ts";
import { pick } from "../../src/serializers/pick.ts";
import { type Entry, kinds, overEngines } from "../support/ledgers.ts";
import { send } from "../support/send.ts";

const optional = ["at", "big", "price", "score", "count", "data"] as const;
const serializer = pick("id", ...optional);

const types = {
  json: "application/json",
  merge: "application/merge-patch+json",
  operations: "application/json-patch+json",
};

const isoDate = { type: ["string", "null"], format: "date-time" } as const;
const digits = { type: ["string", "null"], pattern: "^-?\\d+$" } as const;
const decimal = { type: ["string", "null"] } as const;
const number = { type: ["number", "null"] } as const;

/** What says of a body what it may hold: lists, and schemas of every library, in their own words for dates and bigints. */
const bodies: [name: string, options: object][] = [
  ["lists", { optional }],
  [
    "JSON Schema",
    {
      body: jsonSchema({
        type: "object",
        properties: { at: isoDate, big: digits, price: decimal, score: number, count: number, data: {} },
      }),
    },
  ],
  [
    "Zod",
    {
      body: z.object({
        at: z.date().nullable().optional(),
        big: z.bigint().nullable().optional(),
        price: z.string().nullable().optional(),
        score: z.number().nullable().optional(),
        count: z.int().nullable().optional(),
        data: z.unknown().optional(),
      }),
    },
  ],
  [
    "Zod Mini",
    {
      body: zm.object({
        at: zm.optional(zm.nullable(zm.date())),
        big: zm.optional(zm.nullable(zm.bigint())),
        price: zm.optional(zm.nullable(zm.string())),
        score: zm.optional(zm.nullable(zm.number())),
        count: zm.optional(zm.nullable(zm.number())),
        data: zm.optional(zm.unknown()),
      }),
    },
  ],
  ...[
    v.object({
      at: v.nullish(v.pipe(v.date(), v.minValue(new Date(-1e14)))),
      big: v.nullish(v.bigint()),
      price: v.nullish(v.string()),
      score: v.nullish(v.number()),
      count: v.nullish(v.number()),
      data: v.optional(v.unknown()),
    }),
  ].flatMap(schema => [
    ["Valibot", { body: schema }] as [string, object],
    ["Valibot with its JSON Schema", { body: toStandardJsonSchema(schema) }] as [string, object],
  ]),
  [
    "ArkType",
    {
      body: type({
        "at?": "Date | null",
        "big?": "bigint | null",
        "price?": "string | null",
        "score?": "number | null",
        "count?": "number | null",
        "data?": "unknown",
      }),
    },
  ],
];

/** All forms that responses have. */
const first = {
  at: "2020-02-29T12:34:56.789Z",
  big: "9007199254740993",
  price: "12345678901234567.89",
  score: 0.1,
  count: 3,
  data: { at: "2020-02-29T12:34:56.789Z", n: [1] },
};
const second = { at: "1969-12-31T23:59:59.999Z", big: "-9223372036854775808", price: "-0.5" };
const stored = { ...first, at: new Date(first.at), big: 9007199254740993n };
const changed = { at: new Date(second.at), big: -9223372036854775808n, price: "-0.5" };

const patches: [name: string, type: string, body: unknown][] = [
  ["plain JSON", "application/json", second],
  ["a JSON Merge Patch", "application/merge-patch+json", second],
  [
    "a JSON Patch",
    "application/json-patch+json",
    [
      ...["at", "big", "price"].map(field => ({
        op: "test",
        path: `/${field}`,
        value: first[field as "at"],
      })),
      { op: "replace", path: "/at", value: second.at },
      { op: "add", path: "/big", value: second.big },
      { op: "replace", path: "/price", value: second.price },
    ],
  ],
];

function handlersOf(model: Model<Entry>, options: object) {
  return {
    create: createHandler(model, { ...options, serializer }),
    bulk: bulkCreateHandler(model, options),
    update: updateHandler(model, { ...options, serializer, upsert: true, replace: true }),
    retrieve: retrieveHandler(model, { serializer }),
  };
}

describe("what goes out can come back in", () => {
  overEngines(open => {
    it.each(bodies)("as a new object, one of many, and one that is put: %s", async (_name, options) => {
      const { create, bulk, update, retrieve } = handlersOf(open(), options);
      const made = await send(create, "http", { method: "POST", path: "/entries", body: first });
      expect(made).toMatchObject({ status: 201, body: first });
      const { id } = made.body as Entry;
      expect(await open().objects.get(id)).toEqual({ id, ...stored });

      const many = await send(bulk, "http", { method: "POST", path: "/entries/bulk", body: [first, second] });
      expect(many.status).toBe(201);
      const [one, other] = many.body as { id: string }[];
      expect(await open().objects.get(String(one?.id))).toMatchObject(stored);
      expect(await open().objects.get(String(other?.id))).toMatchObject(changed);

      const at = (path: string, method = "GET", body?: unknown) => ({
        method,
        path: `/entries/${path}`,
        pathParameters: { id: path },
        ...(body !== undefined && { body }),
      });
      const own = `put-${id}`;
      expect(await send(update, "http", at(own, "PUT", first))).toMatchObject({ status: 201, body: first });
      const seen = await send(retrieve, "http", at(own));
      const { id: _, ...shown } = seen.body as Entry;
      const again = await send(update, "http", at(own, "PUT", shown));
      expect(again).toMatchObject({ status: 200, body: seen.body });
      expect(again.headers.etag).toBe(seen.headers.etag);
      expect(await open().objects.get(own)).toEqual({ id: own, ...stored });
    });

    describe.each(bodies)("as a change, by %s", (_name, options) => {
      it.each(patches)("is taken in %s", async (_format, type, body) => {
        const model = open();
        const { id } = await model.create(stored);
        const { update } = handlersOf(model, options);
        const response = await send(update, "http", {
          method: "PATCH",
          path: `/entries/${id}`,
          pathParameters: { id },
          headers: { "Content-Type": type },
          body,
        });
        expect(response).toMatchObject({ status: 200, body: { ...first, ...second } });
        expect(await model.objects.get(id)).toEqual({ id, ...stored, ...changed });
      });
    });

    it("is what filters take, to the digit", async () => {
      const model = open();
      const { id } = await model.create({
        at: new Date("2031-01-01T00:00:00.001Z"),
        big: 9007199254740995n,
        price: "0.30",
        count: 7,
      });
      const list = listHandler(model, { serializer, filters: ["at", "big", "price", "count"] });
      const found = async (query: Record<string, string>): Promise<boolean> => {
        const { status, body } = await send(list, "http", {
          query: Object.entries({ ...query, count: "7", limit: "100" }),
        });
        expect(status).toBe(200);
        return (body as Entry[]).some(entry => entry.id === id);
      };
      const cases: [Record<string, string>, boolean][] = [
        [{ at: "2031-01-01T00:00:00.001Z" }, true],
        [{ "at[gte]": "2031-01-01T00:00:00.001Z", "at[lt]": "2031-01-01T00:00:00.002Z" }, true],
        [{ "at[gt]": "2031-01-01T00:00:00.001Z" }, false],
        [{ big: "9007199254740995" }, true],
        [{ big: "9007199254740996" }, false],
        [{ "big[gt]": "9007199254740994" }, true],
        [{ price: "0.3" }, true],
        [{ "price[lt]": "0.3" }, false],
        [{ "price[lt]": "0.30000000000000000001" }, true],
      ];
      for (const [query, is] of cases) expect(await found(query), JSON.stringify(query)).toBe(is);
    });

    it("is refused by 400 that names the field, where a field has no such value", async () => {
      const { create, bulk, update } = handlersOf(open(), { optional });
      const { id } = await open().create({ price: "1" });
      const wrong: [field: keyof Entry, value: unknown][] = [
        ["at", "yesterday"],
        ["at", "2021-02-29T00:00:00.000Z"],
        ["at", "2020-01-01T25:00:00Z"],
        ["at", 1_577_836_800_000],
        ["at", true],
        ["big", "12.5"],
        ["big", "9223372036854775808"],
        ["big", ""],
        ["big", 1.5],
        ["price", "12,50"],
        ["price", "NaN"],
        ["price", true],
      ];
      for (const [field, value] of wrong) {
        const body = { [field]: value };
        const title = JSON.stringify(body);
        const refused = { status: 400, body: { code: 400, field } };
        expect(await send(create, "http", { method: "POST", body }), title).toMatchObject(refused);
        const many = await send(bulk, "http", { method: "POST", body: [body] });
        expect(many, title).toMatchObject({ status: 207, body: [{ status: 400, error: { field } }] });
        for (const method of ["PUT", "PATCH"]) {
          const response = await send(update, "http", { method, pathParameters: { id }, body });
          expect(response, title).toMatchObject(refused);
        }
      }
    });
  });
});

describe("steps of one's own get the values that their types say", () => {
  overEngines(open => {
    it("from the listed keys of a create and of an update", async () => {
      const seen: unknown[] = [];
      const model = open();
      const create = createHandler(model, {
        optional,
        serializer,
        create(data) {
          seen.push(data.at, data.big, data.price);
          return model.create(data);
        },
      });
      const made = await send(create, "http", { method: "POST", body: { ...second, price: 1e-7 } });
      expect(made).toMatchObject({ status: 201, body: { ...second, price: "0.0000001" } });
      const { id } = made.body as Entry;
      const update = updateHandler(model, {
        optional,
        serializer,
        update(object, changes) {
          seen.push(changes.at, changes.big, changes.price);
          return model.update(object, changes);
        },
      });
      const body = { at: first.at, big: 5, price: 0.5 };
      const response = await send(update, "http", { method: "PATCH", pathParameters: { id }, body });
      expect(response).toMatchObject({ status: 200, body: { at: first.at, big: "5", price: "0.5" } });
      expect(seen).toEqual([changed.at, changed.big, "0.0000001", stored.at, 5n, "0.5"]);
    });
  });
});

/** These have no JSON Schema. */
const declaresNothing = new Set(["Zod Mini", "Valibot"]);

describe("documents, pipelines and queues have the one form too", () => {
  it.each(bodies)("the document says of bodies and responses the same: %s", async (name, options) => {
    const Entries = memoryModel<Entry>({ name: "Entry", fields: kinds });
    const entries = resource(Entries, { ...options, serializer, filters: ["at", "big", "price"] });
    const { components, paths } = await api({ entries }).openapi();
    const schemas = components.schemas as Record<string, { properties: Record<string, object> }>;
    const { parameters = [] } = (paths["/entries"]?.get ?? {}) as { parameters?: ParameterObject[] };
    const ofFilter = (field: string) => parameters.find(one => one.name === field)?.schema.properties;
    expect(ofFilter("at")).toMatchObject({ gte: { type: "string" } });
    expect(ofFilter("big")).toMatchObject({ gte: { type: "string", pattern: "^-?\\d+$" } });
    expect(ofFilter("price")).toMatchObject({ lt: { type: "string", pattern: "^-?\\d+(\\.\\d+)?$" } });
    expect(schemas.Entry?.properties).toMatchObject({
      at: { type: ["string", "null"], format: "date-time" },
      big: { type: ["string", "null"] },
      price: { type: ["string", "null"] },
    });
    const { at, big } = schemas.EntryCreate?.properties ?? {};
    if (declaresNothing.has(name)) return expect(at).toBeUndefined();
    expect(JSON.stringify(at)).toContain('"date-time"');
    expect(JSON.stringify(big)).toContain('"pattern":"^-?\\\\d+$"');
  });

  it("validate takes dates and bigints in their JSON form, of bodies, queries, paths and headers", async () => {
    const day = z.object({ at: z.date(), big: z.bigint() });
    const handler = pipeline(
      [
        errors({ logger: false }),
        jsonBody(),
        validate({
          body: day,
          query: day,
          path: z.object({ at: z.date() }),
          headers: z.object({ "x-big": z.bigint() }),
        }),
        serialize(),
      ],
      ({ body, queryStringParameters, pathParameters, headers }) => [
        ...[body.at, queryStringParameters.at, pathParameters.at].map(at => at.getTime()),
        ...[body.big, queryStringParameters.big, headers["x-big"]].map(big => typeof big),
      ],
    );
    const { at, big } = first;
    const request = {
      method: "POST",
      path: `/days/${at}`,
      pathParameters: { at },
      query: [
        ["at", at],
        ["big", big],
      ] as const,
      headers: { "X-Big": big, "Content-Type": types.json },
      body: { at, big },
    };
    const time = new Date(at).getTime();
    const response = await send(handler as never, "http", request);
    expect(response).toMatchObject({ status: 200, body: [time, time, time, "bigint", "bigint", "bigint"] });
    const wrong = await send(handler as never, "http", { ...request, body: { at: "soon", big } });
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ field: "at" }] } });
  });
});

/** Numbers as they are sent, and what a decimal, a bigint and a double make of them; nothing where it is refused. */
const numbers: [
  text: string,
  decimal: string | undefined,
  big: bigint | undefined,
  score: number | undefined,
][] = [
  ["12345678901234567.89", "12345678901234567.89", undefined, undefined],
  ["-12345678901234567.89", "-12345678901234567.89", undefined, undefined],
  ["9007199254740993", "9007199254740993", 9007199254740993n, undefined],
  ["9007199254740992", "9007199254740992", 9007199254740992n, 9007199254740992],
  ["-9223372036854775808", "-9223372036854775808", -9223372036854775808n, undefined],
  ["9223372036854775808", "9223372036854775808", undefined, undefined],
  ["9000000000000000000", "9000000000000000000", 9000000000000000000n, 9e18],
  ["0.1000000000000000055", "0.1000000000000000055", undefined, undefined],
  ["1234567890.12345678901", "1234567890.12345678901", undefined, undefined],
  ["1e400", undefined, undefined, undefined],
  ["-1e400", undefined, undefined, undefined],
  ["1e-400", undefined, undefined, undefined],
  ["1e21", "1000000000000000000000", undefined, 1e21],
  ["1.5E3", "1500", 1500n, 1500],
  ["1e-7", "0.0000001", undefined, 1e-7],
  ["12345678901234567890e-2", "123456789012345678.9", undefined, undefined],
  ["0.1", "0.1", undefined, 0.1],
  ["-0", "0", 0n, 0],
  ["0e999", "0", 0n, 0],
  ["100000000000000000000.0", "100000000000000000000.0", undefined, 100000000000000000000],
];

describe("no digit of a number is lost silently", () => {
  overEngines(open => {
    it.each(numbers)(
      "%s is kept to the digit, or refused by 400 that names the field",
      async (text, ...wanted) => {
        const model = open();
        const { create, bulk, update } = handlersOf(model, { optional });
        const { id } = await model.create({ count: 1 });
        const at = { path: `/entries/${id}`, pathParameters: { id } };
        for (const [index, field] of (["price", "big", "score"] as const).entries()) {
          const value = wanted[index];
          const body = `{"count":1,"${field}":${text}}`;
          const title = `${field}: ${text}`;
          const stored = typeof value === "bigint" ? String(value) : value;
          const isSame = (given: unknown): void => {
            if (field === "price" && stored !== undefined) {
              expect(plainNumber(String(given))?.replace(/\.0+$/, ""), title).toBe(
                String(stored).replace(/\.0+$/, ""),
              );
            } else expect(given, title).toBe(stored);
          };
          const single = async (handler: typeof create, request: object): Promise<void> => {
            const response = await send(handler as never, "http", request);
            if (value === undefined) {
              expect(response, title).toMatchObject({ status: 400, body: { code: 400, field } });
            } else {
              expect(response.status, title).toBeLessThan(300);
              isSame((response.body as Entry)[field]);
            }
          };
          const headers = { "Content-Type": types.json };
          await single(create, { method: "POST", headers, body });
          await single(update as never, { method: "PUT", ...at, headers, body });
          await single(update as never, { method: "PATCH", ...at, headers, body });
          await single(update as never, {
            method: "PATCH",
            ...at,
            headers: { "Content-Type": types.merge },
            body: `{"count":null,"${field}":${text}}`,
          });
          await single(update as never, {
            method: "PATCH",
            ...at,
            headers: { "Content-Type": types.operations },
            body: `[{"op":"add","path":"/${field}","value":${text}}]`,
          });
          const many = await send(bulk, "http", { method: "POST", headers, body: `[${body},{"count":2}]` });
          const [first, second] = many.body as { status: number; id: string; error?: object }[];
          expect(second?.status, title).toBe(201);
          if (value === undefined) expect(first, title).toMatchObject({ status: 400, error: { field } });
          else expect(first?.status, title).toBe(201);
        }
      },
    );

    it("where a key is merely dropped, its number is of no matter; within JSON it is refused", async () => {
      const { create } = handlersOf(open(), { optional });
      const headers = { "Content-Type": types.json };
      const dropped = await send(create, "http", {
        method: "POST",
        headers,
        body: '{"other":1e400,"count":1}',
      });
      expect(dropped).toMatchObject({ status: 201, body: { count: 1 } });
      const body = '{"data":{"list":[1,0.1000000000000000055]}}';
      const within = await send(create, "http", { method: "POST", headers, body });
      expect(within).toMatchObject({ status: 400, body: { field: "data.list.1" } });
    });
  });

  it.each([
    ["Zod", z.object({ n: z.object({ big: z.bigint() }) })],
    ["ArkType", type({ n: { big: "bigint" } })],
    ["Valibot", v.object({ n: v.object({ big: v.bigint() }) })],
  ])("a bigint that a schema takes may be a number of any length: %s", async (_name, schema) => {
    const Docs = memoryModel<{ id: string; n: unknown }>({ name: "Doc" });
    const create = createHandler(Docs, { body: schema as never, serializer: pick("n") });
    const request = { method: "POST", headers: { "Content-Type": types.json } };
    for (const text of ["9007199254740993", '"9007199254740993"']) {
      const response = await send(create, "http", { ...request, body: `{"n":{"big":${text}}}` });
      expect(response, text).toMatchObject({ status: 201, body: { n: { big: "9007199254740993" } } });
    }
    const refused = await send(create, "http", { ...request, body: '{"n":{"big":1.0000000000000000001}}' });
    expect(refused).toMatchObject({ status: 400 });
    const messages = pipeline([sqsMessages({ json: schema as never })], (_event, context) =>
      (context as unknown as { messages: { body: { n: { big: bigint } } }[] }).messages.map(
        ({ body }) => body.n.big,
      ),
    );
    const record = { messageId: "m1", eventSourceARN: "arn:aws:sqs:eu-west-1:1:q", awsRegion: "eu-west-1" };
    const event = { Records: [{ ...record, body: '{"n":{"big":9007199254740993}}' }] };
    expect(await messages(event as never, {} as never)).toEqual([9007199254740993n]);
  });

  it("a pipeline and a queue, which know nothing of fields, refuse and name the place", async () => {
    const handler = pipeline([errors({ logger: false }), jsonBody(), serialize()], ({ body }) => body);
    const headers = { "Content-Type": types.json };
    const post = (body: string) => send(handler as never, "http", { method: "POST", headers, body });
    const exact =
      '{"id":"12345678901234567.89","at":"2020-01-01T00:00:00.000Z","n":[9007199254740992,1e3,0.1]}';
    expect(await post(exact)).toMatchObject({ status: 200, body: JSON.parse(exact) });
    for (const [body, field] of [
      ['{"a":{"b":[0,12345678901234567.89]}}', "a.b.1"],
      ['{ "n" : 9007199254740993 }', "n"],
      ["[1e400]", "0"],
      ['{"a\\":":1,"b":\n\t-1e-400}', "b"],
    ] as const)
      expect(await post(body), body).toMatchObject({ status: 400, body: { code: 400, field } });
    expect((await post("1e400")).body).toEqual({
      code: 400,
      message: "The body has more digits than a number keeps",
    });
    const queue = pipeline([sqsMessages({ json: true })], (_event, context) => context.messages);
    const record = { messageId: "m1", eventSourceARN: "arn:aws:sqs:eu-west-1:1:q", awsRegion: "eu-west-1" };
    const event = { Records: [{ ...record, body: '{"n":9007199254740993}' }] };
    await expect(async () => queue(event as never, {} as never)).rejects.toMatchObject({
      message: "Malformed body in message m1",
      errors: [{ field: "n", message: "n has more digits than a number keeps" }],
    });
  });

  it("a reviver of one's own reads numbers as it likes", async () => {
    const reviver = (_key: string, value: unknown, context?: { source?: string }): unknown =>
      typeof value === "number" ? context?.source : value;
    const handler = pipeline(
      [errors({ logger: false }), jsonBody({ reviver }), serialize()],
      ({ body }) => body,
    );
    const headers = { "Content-Type": types.json };
    const response = await send(handler as never, "http", { method: "POST", headers, body: '{"n":1e400}' });
    expect(response).toMatchObject({ status: 200, body: { n: "1e400" } });
  });
});
