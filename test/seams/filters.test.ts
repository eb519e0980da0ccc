import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { api } from "../../api/api.ts";
import { openapi } from "../../api/openapi/index.ts";
import { resource } from "../../api/resource.ts";
import { listHandler } from "../../generics/listHandler.ts";
import { errors } from "../../middlewares/errors.ts";
import { loadQueryset } from "../../middlewares/loadQueryset.ts";
import { serialize } from "../../middlewares/serialize.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import type { FiltersOption } from "../../src/models/query/filters.ts";
import { operatorNames } from "../../src/models/query/where.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { Model } from "../../src/models/types.ts";
import { pipeline } from "../../src/pipeline/pipeline.ts";
import { jsonSchema } from "../../src/schema/jsonSchema.ts";
import { fields } from "../../src/serializers/fields.ts";
import { omit } from "../../src/serializers/omit.ts";
import { pick } from "../../src/serializers/pick.ts";
import { type EventSource, sources } from "../support/events.ts";
import { send } from "../support/send.ts";

interface User {
  id: string;
  email: string;
  token: string | null;
  salary: number | null;
}
const kinds = { id: "text", email: "text", token: "text", salary: "integer" } as const;
const users: User[] = [
  { id: "1", email: "ann@example.com", token: "abc,def", salary: 10 },
  { id: "2", email: "bob@example.com", token: "xyz", salary: 20 },
  { id: "3", email: "cid@example.com", token: null, salary: null },
];
const Users = memoryModel<User>({ name: "User", objects: users, fields: kinds });
const Undeclared = memoryModel<User>({ name: "User", objects: users });
const Stored = sqlModel<User>({ db: sqlite(":memory:"), name: "User", table: "users", columns: kinds });
const seeded = Promise.all(users.map(user => Stored.create(user)));

type Handler = (event?: unknown, context?: object) => Promise<unknown>;
type Filters = FiltersOption<User>;

async function ask(handler: Handler, query: string, source: EventSource = "http") {
  await seeded;
  const pairs = [...new URLSearchParams(query)];
  const { status, body } = await send(handler, source, { query: pairs });
  return status === 200 ? (body as unknown[]).length : [status, body];
}
const refused = (name: string) => [
  400,
  { code: 400, message: `Unknown operator in parameter: ${name}`, field: name },
];

const listOf = (made: object): Handler => (made as { list: Handler }).list;

/** Every way to list by a query string, given what goes out. */
const lists: [name: string, make: (model: Model<User>, serializer: never, filters: Filters) => Handler][] = [
  ["listHandler", (model, serializer, filters) => listHandler(model, { serializer, filters } as never)],
  ["resource", (model, serializer, filters) => listOf(resource(model, { serializer, filters } as never))],
  [
    "a verb of a resource",
    (model, serializer, filters) => listOf(resource(model, { serializer, list: { filters } } as never)),
  ],
  [
    "api",
    (model, serializer, filters) =>
      api({ "GET /": listHandler(model, { serializer, filters } as never) }).handler,
  ],
  [
    "loadQueryset before serialize",
    (model, serializer, filters) =>
      pipeline(
        [errors(), loadQueryset(model, { filters }), serialize(serializer)],
        async (_event, { queryset }) => (await queryset.page({})).items,
      ),
  ],
  [
    "loadQueryset behind serialize",
    (model, serializer, filters) =>
      pipeline(
        [errors(), serialize(serializer), loadQueryset(model, { filters })],
        async (_event, { queryset }) => (await queryset.page({})).items,
      ),
  ],
  [
    "loadQueryset that is given the serializer",
    (model, serializer, filters) =>
      pipeline(
        [errors(), loadQueryset(model, { filters, serializer }), serialize()],
        async (_event, { queryset }) => (await queryset.page({})).items.map(({ id }) => id),
      ),
  ],
];

const tokenHidden: [name: string, serializer: unknown][] = [
  ["pick", pick("id", "email", "salary")],
  ["omit", omit("token")],
  ["fields", fields<User>({ id: true, email: true, salary: true })],
  [
    "fields that compute one of its name",
    fields<User>({ salary: true, token: user => user.token?.slice(0, 1) }),
  ],
  ["a Zod schema", z.object({ id: z.string(), salary: z.number().nullable() })],
  [
    "a Zod schema that masks it",
    z.object({
      salary: z.number().nullable(),
      token: z
        .string()
        .nullable()
        .transform(() => "…"),
    }),
  ],
  ["a JSON Schema", jsonSchema({ type: "object", properties: { salary: { type: ["integer", "null"] } } })],
];
const allShown: [name: string, serializer: unknown][] = [
  ["pick", pick("id", "token", "salary")],
  ["omit", omit("email")],
  ["fields", fields<User>({ token: true, pay: "salary" })],
  ["a Zod schema", z.object({ token: z.string().nullable(), salary: z.number().nullable() })],
  [
    "a JSON Schema",
    jsonSchema({ type: "object", properties: { token: {}, salary: { type: ["integer", "null"] } } }),
  ],
];
const unknown: [name: string, serializer: unknown][] = [
  ["a function", (user: User) => ({ ...user })],
  ["a schema that declares no fields", v.object({ id: v.string() })],
];

const revealing = operatorNames.filter(name => !["eq", "ne", "in", "notIn", "isNull"].includes(name));
const models: [string, Model<User>][] = [
  ["memory", Users],
  ["memory that knows no fields", Undeclared],
  ["SQLite", Stored],
];

describe.each(lists)("filters of %s", (_way, make) => {
  describe.each(models)("over %s", (_model, model) => {
    it.each(tokenHidden)(
      "let a field that %s keeps be compared for equality alone",
      async (_kind, serializer) => {
        const handler = make(model, serializer as never, ["token", "salary"]);
        for (const operator of revealing) {
          expect(await ask(handler, `token[${operator}]=x`)).toEqual(refused(`token[${operator}]`));
        }
        expect(await ask(handler, "token=xyz")).toBe(1);
        expect(await ask(handler, "token=xyz,abc")).toBe(1);
        expect(await ask(handler, "token[eq]=abc,def")).toBe(1);
        expect(await ask(handler, "token[ne]=xyz")).toBe(2);
        expect(await ask(handler, "token[in]=xyz,q")).toBe(1);
        expect(await ask(handler, "token[notIn]=xyz,q")).toBe(2);
        expect(await ask(handler, "token[isNull]=true")).toBe(1);
        expect(await ask(handler, "salary[gte]=20")).toBe(1);
      },
    );

    it.each(allShown)(
      "let a field that %s shows be compared by all that its kind allows",
      async (_kind, serializer) => {
        const handler = make(model, serializer as never, ["token", "salary"]);
        expect(await ask(handler, "token[startsWith]=ab")).toBe(1);
        expect(await ask(handler, "token[contains]=y")).toBe(1);
        expect(await ask(handler, "salary[gte]=10&salary[lt]=20")).toBe(1);
        expect(await ask(handler, "token[endsWith]=z")).toBe(1);
        expect(await ask(handler, "token[ieq]=XYZ")).toBe(1);
        expect(await ask(handler, "salary[between]=10,20")).toBe(2);
      },
    );

    it.each(unknown)("take nothing for shown where %s serializes", async (_kind, serializer) => {
      const handler = make(model, serializer as never, ["token", "id"]);
      expect(await ask(handler, "token[startsWith]=ab")).toEqual(refused("token[startsWith]"));
      expect(await ask(handler, "id[gt]=1")).toEqual(refused("id[gt]"));
      expect(await ask(handler, "id=1")).toBe(1);
    });

    it("let a field be compared by exactly the operators that are named, whatever goes out", async () => {
      for (const serializer of [pick("id"), omit("email")]) {
        for (const token of [
          ["startsWith"],
          { operators: ["startsWith"] },
          { kind: "text", operators: ["startsWith"] },
        ]) {
          const handler = make(model, serializer as never, { token, id: true } as never);
          expect(await ask(handler, "token[startsWith]=ab")).toBe(1);
          for (const name of [
            "token",
            "token[eq]",
            "token[contains]",
            "token[isNull]",
            "token[startswith]",
          ]) {
            expect(await ask(handler, `${name}=true`)).toEqual(refused(name));
          }
        }
      }
    });

    it("let a bare name be what eq and in are named for", async () => {
      const eq = make(model, pick("id") as never, { token: ["eq"] });
      expect(await ask(eq, "token=xyz")).toBe(1);
      expect(await ask(eq, "token[eq]=abc,def")).toBe(1);
      expect(await ask(eq, "token=xyz,q")).toEqual(refused("token"));
      expect(await ask(eq, "token=xyz&token=q")).toEqual(refused("token"));
      expect(await ask(eq, "token[in]=xyz")).toEqual(refused("token[in]"));
      const list = make(model, pick("id") as never, { token: ["in"] });
      expect(await ask(list, "token=xyz,q")).toBe(1);
      expect(await ask(list, "token[eq]=xyz")).toEqual(refused("token[eq]"));
    });

    it("read values by the kind that stands beside the operators", async () => {
      const handler = make(model, pick("id") as never, { salary: { kind: "integer", operators: ["gte"] } });
      expect(await ask(handler, "salary[gte]=20")).toBe(1);
      expect(await ask(handler, "salary[gte]=x")).toEqual([
        400,
        { code: 400, message: "Invalid value of parameter: salary[gte]", field: "salary[gte]" },
      ]);
      const hidden = make(model, pick("id") as never, { salary: "integer" });
      expect(await ask(hidden, "salary=20")).toBe(1);
      expect(await ask(hidden, "salary[gte]=20")).toEqual(refused("salary[gte]"));
    });
  });

  it("refuse alike on every source", async () => {
    const handler = make(Users, pick("id") as never, ["token"]);
    for (const source of sources) {
      expect(await ask(handler, "token[contains]=a", source)).toEqual(refused("token[contains]"));
      expect(await ask(handler, "token=xyz", source)).toBe(1);
    }
  });
});

it("filters of a chain without a serializer are what the list says: the objects go out", async () => {
  const handler = pipeline(
    [errors(), loadQueryset(Users, { filters: ["token"] }), serialize()],
    async (_event, { queryset }) => (await queryset.page({})).items,
  );
  expect(await ask(handler, "token[startsWith]=ab")).toBe(1);
});

it("a `use` that comes later does not change what goes out", async () => {
  const handler = listHandler(Users, { serializer: pick("id"), filters: ["token"] }).use(serialize());
  expect(await ask(handler, "token[startsWith]=ab")).toEqual(refused("token[startsWith]"));
});

describe("the document", () => {
  const parameterOf = (handler: Handler, field: string) => {
    const { paths } = openapi(api({ "GET /users": handler as never }), { title: "Users", version: "1" });
    const { parameters = [] } = paths["/users"]?.get ?? {};
    const found = parameters.filter(({ name }) => name === field || name.startsWith(`${field}[`));
    expect(found.length).toBeLessThan(2);
    return found[0] as { style?: string; description: string; schema: { properties: object } } | undefined;
  };
  const typesOf = (handler: Handler, field: string): Record<string, unknown> => {
    const { properties } = parameterOf(handler, field)?.schema ?? { properties: {} };
    return Object.fromEntries(Object.entries(properties).map(([name, { type }]) => [name, type]));
  };

  it.each(lists.filter(([name]) => name !== "api"))(
    "of %s has one object of the operators that are allowed",
    (_way, make) => {
      const hidden = make(Users, pick("id") as never, ["salary"]);
      expect(typesOf(hidden, "salary")).toEqual({
        eq: "integer",
        ne: "integer",
        in: "array",
        notIn: "array",
        isNull: "boolean",
      });
      const named = make(Users, pick("id") as never, { salary: ["gte"], token: ["eq"] });
      expect(typesOf(named, "salary")).toEqual({ gte: "integer" });
      expect(typesOf(named, "token")).toEqual({ eq: "string" });
      const shown = make(Users, pick("salary", "token") as never, ["salary", "token"]);
      expect(parameterOf(shown, "salary")).toMatchObject({
        style: "deepObject",
        explode: true,
        description:
          "Filters by salary, as `salary[eq]=…`; `salary=…` is one of these values, with commas between them",
        schema: { type: "object", additionalProperties: false },
      });
      expect(typesOf(shown, "salary")).toMatchObject({ lte: "integer", between: "array" });
      expect(Object.keys(typesOf(shown, "salary"))).not.toContain("contains");
      expect(Object.keys(typesOf(shown, "token"))).toEqual(operatorNames);
    },
  );

  it("has no parameter where no operator fits the kind", () => {
    const odd = listHandler(Users, { serializer: pick("id"), filters: { salary: ["contains"] } });
    expect(parameterOf(odd as never, "salary")).toBeUndefined();
  });
});

it.each([
  [{ token: [] }, 'option "filters" must list the operators of "token"'],
  [
    { token: ["like"] },
    'option "filters" gives "token" an unknown operator; there are eq, ne, gt, gte, lt, lte, between, in, notIn, contains',
  ],
  [{ token: [1] }, 'option "filters" gives "token" an unknown operator'],
  [
    { token: { operator: ["eq"] } },
    'option "filters" gives "token" an unknown "operator"; it takes kind, operators',
  ],
  [{ token: { operators: "eq" } }, 'option "filters" must list the operators of "token"'],
  [{ token: { kind: "int" } }, 'field "token" must be one of text'],
  [{ token: false }, 'field "token" must be one of text'],
] as [never, string][])("%j is a TypeError of the factory", (filters, message) => {
  for (const [, make] of lists) expect(() => make(Users, pick("id") as never, filters)).toThrow(message);
});
