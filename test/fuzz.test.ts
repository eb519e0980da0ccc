import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { bulkCreateHandler } from "../generics/bulkCreateHandler.ts";
import { bulkDeleteHandler } from "../generics/bulkDeleteHandler.ts";
import { bulkUpdateHandler } from "../generics/bulkUpdateHandler.ts";
import { createHandler } from "../generics/createHandler.ts";
import { deleteHandler } from "../generics/deleteHandler.ts";
import { listHandler } from "../generics/listHandler.ts";
import { readSqsHandler } from "../generics/readSqsHandler.ts";
import { retrieveHandler } from "../generics/retrieveHandler.ts";
import { updateHandler } from "../generics/updateHandler.ts";
import { signJwt } from "../src/auth/jwt.ts";
import { Conflict } from "../src/core/errors.ts";
import { sourceOf } from "../src/http/source.ts";
import { memoryModel } from "../src/models/memory/memoryModel.ts";
import { operatorNames } from "../src/models/query/where.ts";
import { sqlModel } from "../src/models/sql/sqlModel.ts";
import { sqlite } from "../src/models/sqlite.ts";
import type { FieldKind, Model, Queryset } from "../src/models/types.ts";
import type { LambdaHandler } from "../src/pipeline/pipeline.ts";
import { jsonSchema } from "../src/schema/jsonSchema.ts";
import { fields } from "../src/serializers/fields.ts";
import { omit } from "../src/serializers/omit.ts";
import { pick } from "../src/serializers/pick.ts";
import { anyEvent } from "./support/anyEvent.ts";
import { type EventSource, eventOf, received, sources } from "./support/events.ts";

/** How many events each handler is given; `FUZZ_RUNS=5000 npx vitest run test/fuzz.test.ts` looks harder. */
const runs = Number(process.env.FUZZ_RUNS ?? 60);

interface Thing {
  id: string;
  title: string;
  count: number | null;
  price: string | null;
  big: bigint | null;
  born: Date | null;
  active: boolean | null;
  tags: unknown;
}
interface Counted {
  id: number;
  title: string | null;
}

const columns = {
  title: "text",
  count: "integer",
  price: "decimal",
  big: "bigint",
  born: "date",
  active: "boolean",
  tags: "json",
} as const satisfies Record<string, FieldKind>;
const names = Object.keys(columns) as (keyof typeof columns)[];
const others = names.filter(name => name !== "title");

const thingSchema = z.object({
  id: z.string(),
  title: z.string().max(100),
  count: z.int().nullable().default(null),
  price: z.string().nullable().default(null),
  big: z.bigint().nullable().default(null),
  born: z.date().nullable().default(null),
  active: z.boolean().nullable().default(null),
  tags: z.unknown(),
});

const folder = mkdtempSync(join(tmpdir(), "tsverless-fuzz-"));
const db = sqlite(join(folder, "fuzz.sqlite"));
afterAll(async () => {
  await db.destroy();
  rmSync(folder, { recursive: true, force: true });
});

const things: Record<string, Model<Thing>> = {
  "memory of whatever": memoryModel<Thing>({ name: "Thing" }),
  "memory with fields": memoryModel<Thing>({ name: "Thing", fields: columns, unique: ["title"] }),
  "memory with a schema": memoryModel<Thing>({ name: "Thing", schema: thingSchema as never }),
  "SQLite with columns": sqlModel<Thing>({ db, table: "plain", columns, unique: ["title"] }),
  "SQLite with a schema": sqlModel<Thing>({ db, table: "strict", schema: thingSchema as never, columns }),
};
const countedColumns = { id: "integer", title: "text" } as const;
const counted: Record<string, Model<Counted>> = {
  memory: memoryModel<Counted>({ name: "Counted", fields: countedColumns }),
  SQLite: sqlModel<Counted>({ db, table: "counted", columns: countedColumns }),
};

const ids = ["a", "b", "c d", "é/%"];

/** What was deleted is there again. */
async function seed(model: Model<Thing>): Promise<void> {
  for (const [index, id] of ids.entries()) {
    if ((await model.objects.get(id)) !== undefined) continue;
    const data = {
      id,
      title: `title ${id}`,
      count: index,
      price: "1.50",
      big: 2n ** 60n,
      born: new Date(0),
      active: true,
      tags: { deep: [1, { er: null }] },
    };
    await model.create(data).catch((error: unknown) => {
      if (!(error instanceof Conflict)) throw error;
    });
  }
}

const secret = "a secret of at least 32 bytes, for tests";
const Users = memoryModel<{ id: string }>({ name: "User", objects: [{ id: "u1" }] });
const token = await signJwt({ sub: "u1" }, { secret, expiresIn: 86_400 });

/** What was logged is why a handler gave 5xx. */
let logged: unknown[] = [];
const errors = { logger: (error: unknown): void => void logged.push(error) };
const auth = { model: Users, secret, cookie: "session" };
const common = { errors };

const bodySchema = z.object({
  title: z.string(),
  count: z.coerce.number().int().nullish(),
  tags: z.unknown(),
});
const bodyJsonSchema = jsonSchema({
  type: "object",
  properties: {
    title: { type: "string", maxLength: 50 },
    count: { type: ["integer", "null"] },
    tags: {},
    born: { type: "string", format: "date-time" },
  },
  required: ["title"],
  additionalProperties: false,
} as const);
const nested = fields({ name: "title", tags: "tags", twice: (thing: Thing) => [thing.big, thing.born] });

type Made = Record<string, LambdaHandler>;

function handlersOf(model: Model<Thing>): Made {
  const serializer = pick("id", "title", "count", "price", "big", "born", "active", "tags");
  const few = (): Queryset<Thing> => model.objects.filter({ id: ["a", "b"] });
  const list = async (): Promise<Thing[]> => (await few().page({})).items;
  const everything = { serializer, filters: names, ordering: names, search: ["title"] } as const;
  return {
    "create of listed keys": createHandler(model, { ...common, required: ["title"], optional: others }),
    "create with an id": createHandler(model, { ...common, required: ["id", "title"], serializer }),
    "create of nothing": createHandler(model, common),
    "create with Zod": createHandler(model, {
      ...common,
      body: bodySchema as never,
      serializer: omit("tags"),
    }),
    "create with JSON Schema": createHandler(model, { ...common, body: bodyJsonSchema as never, auth }),
    "create with little room": createHandler(model, {
      ...common,
      required: ["title"],
      optional: others,
      auth: { ...auth, optional: true },
      jsonBody: { maxBytes: 300, maxDepth: 5, disableContentTypeCheck: true },
      serializer: nested,
    }),
    retrieve: retrieveHandler(model, { ...common, serializer }),
    "retrieve within a queryset": retrieveHandler(model, {
      ...common,
      serializer: nested,
      queryset: few,
      auth,
    }),
    "retrieve within an array": retrieveHandler(model, { ...common, serializer, queryset: list }),
    "retrieve by a number": retrieveHandler(model, { ...common, serializer, lookup: "count" }),
    "retrieve by a date": retrieveHandler(model, { ...common, serializer, lookup: "born", param: "when" }),
    "retrieve by JSON": retrieveHandler(model, { ...common, serializer, lookup: "tags" }),
    "update of listed keys": updateHandler(model, {
      ...common,
      serializer,
      required: ["title"],
      optional: others,
    }),
    "update of all": updateHandler(model, { ...common, serializer, optional: ["id", ...names] }),
    "update with Zod": updateHandler(model, { ...common, serializer, body: bodySchema as never, auth }),
    "update with JSON Schema": updateHandler(model, {
      ...common,
      serializer: nested,
      body: bodyJsonSchema as never,
      queryset: few,
    }),
    "update within an array": updateHandler(model, {
      ...common,
      serializer,
      optional: names,
      queryset: list,
    }),
    "create with defaults": createHandler(model, {
      ...common,
      body: z.unknown() as never,
      optional: names,
      defaults: () => ({ title: "t", active: true }),
    }),
    "update that replaces": updateHandler(model, {
      ...common,
      serializer,
      required: ["title"],
      optional: others,
      replace: true,
      requireMatch: true,
    }),
    "update that creates": updateHandler(model, {
      ...common,
      serializer,
      optional: ["id", ...names],
      queryset: few,
      upsert: true,
      replace: true,
      defaults: () => ({ active: true }),
    }),
    "update that creates what a schema lets through": updateHandler(model, {
      ...common,
      serializer,
      body: z.unknown() as never,
      optional: ["id", ...names],
      upsert: true,
    }),
    "bulk create": bulkCreateHandler(model, { ...common, required: ["title"], optional: ["id", ...others] }),
    "bulk create with Zod": bulkCreateHandler(model, { ...common, body: bodySchema as never, maxItems: 2 }),
    "bulk update": bulkUpdateHandler(model, { ...common, queryset: few, optional: ["title", ...others] }),
    "atomic update": bulkUpdateHandler(model, { ...common, body: bodySchema as never, atomic: true }),
    "bulk delete": bulkDeleteHandler(model, { ...common, queryset: few, maxItems: 5 }),
    "list that is counted": listHandler(model, {
      ...common,
      serializer,
      count: true,
      envelope: true,
      limit: 2,
    }),
    delete: deleteHandler(model, common),
    "delete with versions": deleteHandler(model, { ...common, serializer, auth, queryset: few }),
    list: listHandler(model, everything as never),
    "list within a queryset": listHandler(model, { ...everything, queryset: few, auth, errors } as never),
    "list within an array": listHandler(model, { ...everything, queryset: list, errors } as never),
    "list of nothing asked": listHandler(model, { ...common, serializer, limit: 2, maxLimit: 3 }),
  };
}

function handlersOfCounted(model: Model<Counted>): Made {
  const serializer = pick("id", "title");
  return {
    create: createHandler(model, { ...common, optional: ["id", "title"] }),
    retrieve: retrieveHandler(model, { ...common, serializer }),
    update: updateHandler(model, { ...common, serializer, optional: ["title"] }),
    upsert: updateHandler(model, { ...common, serializer, optional: ["id", "title"], upsert: true }),
    "bulk delete": bulkDeleteHandler(model, common),
    delete: deleteHandler(model, common),
    list: listHandler(model, { ...common, serializer, filters: ["id"], ordering: ["id"] }),
  };
}

const deepText = (depth: number): string => `${'{"a":['.repeat(depth)}${"]}".repeat(depth)}`;
const inDepth = fc
  .constantFrom(10, 99, 101, 255, 257, 5000)
  .chain(depth =>
    fc.constantFrom(
      deepText(depth),
      "[".repeat(depth),
      `{"title":${deepText(depth)}}`,
      `{"title":"t","tags":${deepText(depth)}}`,
    ),
  );
const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "null", "\0", "\ud800", "%", "'; drop table plain; --", "x".repeat(5000), "__proto__"),
);
const anyValue = fc.oneof(
  fc.jsonValue(),
  anyText,
  fc.constantFrom<unknown>(
    null,
    0,
    -0,
    1e308,
    1.5,
    2 ** 53,
    -1,
    true,
    "1.50",
    "12",
    "1970-01-01T00:00:00.000Z",
  ),
);
const anyKey = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("id", ...names) },
  { weight: 1, arbitrary: anyText },
);
const thingText = fc
  .record(
    Object.fromEntries(
      ["id", ...names].map(name => [name, fc.oneof(anyValue, fc.constantFrom("t", null, 1))]),
    ),
    { requiredKeys: [] },
  )
  .map(thing => JSON.stringify(thing));
const goodText = fc
  .record({ title: fc.uuid(), count: fc.integer(), tags: fc.jsonValue() }, { requiredKeys: ["title"] })
  .map(thing => JSON.stringify(thing));
const anyPointer = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom("/title", "/count", "/tags", "/tags/deep", "/tags/deep/-", "/tags/-"),
  },
  {
    weight: 2,
    arbitrary: fc
      .array(
        fc.oneof(
          anyKey,
          fc.constantFrom("-", "0", "1", "-1", "01", "1e9", "4294967295", "length", "deep", "er", "~0", "~2"),
        ),
        { maxLength: 4 },
      )
      .map(tokens => tokens.map(item => `/${item}`).join("")),
  },
  { weight: 1, arbitrary: anyText },
);
const jsonPatchText = fc
  .array(
    fc.record(
      {
        op: fc.constantFrom("add", "remove", "replace", "move", "copy", "test", "x"),
        path: anyPointer,
        from: anyPointer,
        value: anyValue,
      },
      { requiredKeys: ["op", "path"] },
    ),
    { maxLength: 5 },
  )
  .map(patch => JSON.stringify(patch));
const oddBody = fc.constantFrom(
  '{"id":"\\ud800","title":"t"}',
  '{"__proto__":{"a":1}}',
  '{"title":"t","constructor":{"prototype":{}}}',
  '{"title":"\\u0000"}',
  '{"title":"\\ud800"}',
  '{"title":"t","title":"u"}',
  '{"title":1e999}',
  '{"title":"t","count":9007199254740993}',
  "\ufeff{}",
  "undefined",
  "NaN",
);
const hugeBody = fc
  .constantFrom<() => string>(
    () => JSON.stringify({ title: "t", tags: Array.from({ length: 50_000 }, (_, index) => index) }),
    () => JSON.stringify(Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, {}]))),
    () => JSON.stringify({ title: "x".repeat(1_000_000) }),
    () => JSON.stringify([{ op: "replace", path: `/tags${"/0".repeat(500_000)}`, value: 1 }]),
    () => " ".repeat(6_300_000),
    () => `"${"x".repeat(6_300_000)}"`,
  )
  .map(make => make());
const anyBody = fc.oneof(
  { weight: 8, arbitrary: goodText },
  { weight: 8, arbitrary: thingText },
  { weight: 8, arbitrary: jsonPatchText },
  { weight: 4, arbitrary: fc.json() },
  { weight: 4, arbitrary: anyText },
  { weight: 4, arbitrary: inDepth },
  { weight: 4, arbitrary: oddBody },
  { weight: 4, arbitrary: fc.array(fc.oneof(goodText, thingText), { maxLength: 4 }).map(all => `[${all}]`) },
  {
    weight: 2,
    arbitrary: fc.array(fc.oneof(anyText, anyValue)).map(given => JSON.stringify({ ids: given })),
  },
  { weight: 1, arbitrary: hugeBody },
);

const contentTypes = [
  "application/json",
  "application/merge-patch+json",
  "application/json-patch+json; charset=utf-8",
  'Application/JSON;charset="x',
  "text/plain",
  "multipart/form-data",
  "",
  ";",
  "application/",
];
const oddCase = (name: string): fc.Arbitrary<string> => fc.mixedCase(fc.constant(name));
const one = (name: string, value: fc.Arbitrary<string>): fc.Arbitrary<[string, string]> =>
  fc.tuple(oddCase(name), value);
const anyTag = fc.oneof(fc.constantFrom("*", '""', 'W/"a"', '"a", "b"', ",", '"'), anyText);
const anyHeader = fc.oneof(
  { weight: 4, arbitrary: one("content-type", fc.constantFrom(...contentTypes)) },
  { weight: 3, arbitrary: one("authorization", fc.constant(`Bearer ${token}`)) },
  {
    weight: 1,
    arbitrary: one(
      "authorization",
      fc.oneof(
        anyText,
        anyText.map(text => `Bearer ${text}`),
      ),
    ),
  },
  {
    weight: 1,
    arbitrary: one(
      "authorization",
      fc
        .tuple(anyText, anyText, anyText)
        .map(parts => `Bearer ${parts.map(part => Buffer.from(part).toString("base64url")).join(".")}`),
    ),
  },
  { weight: 1, arbitrary: one("cookie", fc.oneof(fc.constant(`session=${token}`), anyText)) },
  { weight: 2, arbitrary: one("if-match", anyTag) },
  { weight: 2, arbitrary: one("if-none-match", anyTag) },
  { weight: 1, arbitrary: one("origin", anyText) },
  { weight: 1, arbitrary: one("access-control-request-method", anyText) },
  { weight: 1, arbitrary: fc.tuple(anyText, anyText) },
);

const operators = [...operatorNames, "x", ""];
const field = fc.constantFrom("id", ...names);
const anyParameter = fc.oneof(
  field,
  fc.tuple(field, fc.constantFrom(...operators)).map(([name, operator]) => `${name}[${operator}]`),
  fc.constantFrom("limit", "offset", "cursor", "order", "ordering", "q", "search"),
  anyText,
);
const order = fc
  .array(field, { minLength: 1, maxLength: 3 })
  .map(keys => keys.map((key, index) => (index % 2 ? `-${key}` : key)).join(","));
const anyQueryValue = fc.oneof(
  fc.constantFrom(
    "1",
    "0",
    "-1",
    "1.5",
    "1e3",
    "true",
    "null",
    "999999999999999999999",
    "2020-01-01",
    "1,2",
    ",",
  ),
  order,
  anyText,
  fc.jsonValue().map(value => Buffer.from(JSON.stringify(value)).toString("base64url")),
);

const anyClaims = fc.dictionary(
  fc.constantFrom("sub", "uid", "principalId", "claims", "jwt", "lambda", "iam", "scopes", "userId"),
  fc.oneof(fc.constant("u1"), anyValue, fc.constant({ claims: { sub: "u1" } }), fc.constant({ sub: "u1" })),
);
const junk = fc.anything({
  withNullPrototype: true,
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
});

type Chance = <T>(value: fc.Arbitrary<T>) => fc.Arbitrary<T | undefined>;
const seldom: Chance = value =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });

/** A request that a client may send, with an authorizer, and now and then with a field of the event replaced. */
const likelyEvent = fc
  .record({
    source: fc.constantFrom(...sources),
    method: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "get", ""),
    id: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...ids, "1", "2") },
      { weight: 1, arbitrary: anyText },
    ),
    query: fc.array(fc.tuple(anyParameter, anyQueryValue), { maxLength: 3 }),
    headers: fc.array(anyHeader, { maxLength: 4 }),
    signed: fc.boolean(),
    body: fc.option(anyBody, { nil: undefined, freq: 8 }),
    base64: fc.boolean(),
    authorizer: seldom(fc.oneof(anyClaims, junk)),
    replaced: seldom(fc.tuple(fc.nat(), fc.oneof(junk, fc.constant(null)))),
  })
  .map(({ source, id, body, authorizer, replaced, signed, ...request }) => {
    const encoded = encodeURIComponent(id.toWellFormed());
    const event = eventOf(source, {
      ...request,
      headers: {
        ...(signed && { Authorization: `Bearer ${token}` }),
        ...Object.fromEntries(
          request.headers.filter(([name]) => !signed || name.toLowerCase() !== "authorization"),
        ),
      },
      query: request.query.map(pair => pair.map(text => text.toWellFormed()) as [string, string]),
      path: `/things/${encoded}`,
      pathParameters: { id: id.toWellFormed() },
      ...(body !== undefined && { body }),
    });
    if (authorizer !== undefined) {
      event.requestContext = { ...(event.requestContext as object), authorizer };
    }
    if (replaced !== undefined) {
      const fields = Object.keys(event);
      event[fields[replaced[0] % fields.length] as string] = replaced[1];
    }
    return event;
  });

const anyRecord = fc.record(
  {
    messageId: fc.oneof(anyText, junk),
    body: fc.oneof(anyBody, junk),
    attributes: junk,
    messageAttributes: junk,
    eventSourceARN: fc.oneof(fc.constant("arn:aws:sqs:eu-west-1:1:queue"), junk),
    awsRegion: fc.oneof(fc.constant("eu-west-1"), junk),
  },
  { requiredKeys: [] },
);
const goodRecord = fc.record({
  messageId: fc.uuid(),
  body: goodText,
  attributes: fc.constant({ SenderId: "s" }),
  eventSourceARN: fc.constant("arn:aws:sqs:eu-west-1:1:queue"),
  awsRegion: fc.constant("eu-west-1"),
});
const anySqsEvent = fc.record({
  Records: fc.oneof(
    junk,
    fc.array(goodRecord, { maxLength: 3 }),
    fc.array(fc.oneof(goodRecord, anyRecord, junk), { maxLength: 4 }),
  ),
});

const someEvent = fc.oneof(
  { weight: 4, arbitrary: likelyEvent as fc.Arbitrary<unknown> },
  { weight: 1, arbitrary: anyEvent() },
);
const anyContext = fc.constantFrom<() => object>(
  () => undefined as never,
  () => null as never,
  () => ({}),
  () => ({ awsRequestId: "r1", getRemainingTimeInMillis: () => 3000 }),
);

/** An event of no source gets the form of REST. */
const declaredSource = (event: unknown): EventSource => sourceOf(event) ?? "rest";

const stack = /\n\s+at .|node_modules|node:internal|\.[jt]s:\d+/;
const sqlText =
  /SQLITE|sqlite|no such (table|column)|constraint failed|syntax error|insert into|select "|update "/i;

const reached = new Set<number>();

/** Of the objects with a million characters, a load balancer takes no page, whoever writes it: 1 MB is its limit. */
const isTooLargeForAlb = (source: EventSource, result: unknown): boolean =>
  source.startsWith("alb") && Buffer.byteLength(JSON.stringify(result)) > 1024 * 1024;

async function takes(handler: LambdaHandler, event: unknown, context: object): Promise<void> {
  const source = declaredSource(event);
  logged = [];
  const result = await handler(event, context);
  if (isTooLargeForAlb(source, result)) {
    expect(result).toMatchObject({ statusCode: expect.toSatisfy((status: number) => status < 300) });
    return;
  }
  const { status, headers, body } = received(source, result);
  if (status >= 500) throw new Error(`answered ${status}`, { cause: logged[0] });
  // One item of many may have failed inside a response of 207.
  if (logged.length > 0) throw new Error(`logged a failure, answered ${status}`, { cause: logged[0] });
  const text = body.toString();
  if (status >= 400) {
    expect(String(headers["content-type"])).toBe("application/json");
    expect(JSON.parse(text)).toMatchObject({ code: status, message: expect.any(String) });
    expect(text).not.toMatch(stack);
    expect(text).not.toMatch(sqlText);
    expect(text.length).toBeLessThan(100_000);
  }
  for (const secretText of [folder, process.cwd(), token, secret]) expect(text).not.toContain(secretText);
  reached.add(status);
}

async function survives(
  handler: LambdaHandler,
  events: fc.Arbitrary<unknown>,
  before: () => Promise<void> = async () => {},
): Promise<void> {
  const property = fc.asyncProperty(events, anyContext, async (event, context) => {
    await before();
    await takes(handler, event, context());
  });
  await fc.assert(property, { numRuns: runs });
}

describe.each(Object.entries(things))("any event whatever, on %s", (_name, model) => {
  it.each(Object.entries(handlersOf(model)))("gets a valid response from %s", async (_what, handler) => {
    await survives(handler, someEvent, () => seed(model));
  });
});

describe.each(Object.entries(counted))("any event whatever, on %s with counted ids", (_name, model) => {
  it.each(Object.entries(handlersOfCounted(model)))(
    "gets a valid response from %s",
    async (_what, handler) => {
      await survives(handler, someEvent);
    },
  );
});

describe("any event whatever, of a queue", () => {
  it.each([
    ["text", readSqsHandler({ errors })],
    ["JSON", readSqsHandler({ errors, json: true })],
    ["a schema", readSqsHandler({ errors, json: bodySchema })],
  ])("gets a valid response from readSqs of %s", async (_what, handler) => {
    await survives(handler, fc.oneof(anySqsEvent as fc.Arbitrary<unknown>, someEvent));
  });
});

describe("the events above", () => {
  it("reach what the generics do, and what they refuse", () => {
    expect([...reached]).toEqual(expect.arrayContaining([200, 201, 204, 400, 401, 404, 412, 413, 415]));
  });
});
