import middy from "@middy/core";
import type { Context } from "aws-lambda";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { type LoadQuerysetOptions, loadQueryset } from "../../middlewares/loadQueryset.ts";
import { BadRequest, HttpError } from "../../src/core/errors.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import type { AnyScope } from "../../src/models/query/scope.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { Model, Queryset } from "../../src/models/types.ts";

interface User {
  id: string;
  name: string;
  role: string | null;
  age: number;
  active: boolean;
  born: Date;
}
const users: User[] = [
  { id: "a", name: "Ann", role: "admin", age: 18, active: true, born: new Date("2000-01-01") },
  { id: "b", name: "bob, jr", role: "editor", age: 9, active: false, born: new Date("2010-06-01T12:00:00Z") },
  { id: "c", name: "18", role: null, age: 30, active: true, born: new Date("1990-01-01") },
];
const fields = {
  id: "text",
  name: "text",
  role: "text",
  age: "integer",
  active: "boolean",
  born: "date",
} as const;
const db = sqlite(":memory:");
const Stored = sqlModel<User>({ db, name: "User", table: "users", columns: fields });
const seeded = Promise.all(users.map(user => Stored.create(user)));
const models: [string, Model<User>][] = [
  ["memory that knows its fields", memoryModel<User>({ name: "User", objects: users, fields })],
  ["memory that knows nothing", memoryModel<User>({ name: "User", objects: users })],
  ["SQLite", Stored],
];

afterAll(() => db.destroy());

const options: LoadQuerysetOptions<User, AnyScope<User>> = {
  filters: ["name", "role", "age", "active", "born"],
  ordering: ["age", "name"],
  search: ["name", "role"],
  allow: ["debug"],
};

async function load(model: Model<User>, given: typeof options, event: unknown): Promise<Queryset<User>> {
  await seeded;
  const handler = middy(async (_event: unknown, context: Context & { queryset?: Queryset<User> }) => ({
    queryset: context.queryset as Queryset<User>,
  }));
  handler.use(loadQueryset(model, given) as never);
  return (await handler(event, {} as Context)).queryset;
}
const http = (rawQueryString: string) => ({
  version: "2.0",
  rawQueryString,
  requestContext: { http: { method: "GET" } },
});
const ids = async (model: Model<User>, query: string, given = options): Promise<string> => {
  const { items } = await (await load(model, given, http(query))).page({});
  return items.map(({ id }) => id).join("");
};

const found: [query: string, ids: string][] = [
  ["", "abc"],
  ["limit=1&offset=1&cursor=x&debug=1", "abc"],
  ["age=18", "a"],
  ["age[gte]=18", "ac"],
  ["age%5Bgte%5D=18&age[lt]=30", "a"],
  ["age=18,9", "ab"],
  ["age=18&age=30", "ac"],
  ["age[in]=9,30", "bc"],
  ["age[ne]=18", "bc"],
  ["role=admin,editor", "ab"],
  ["role=nobody", ""],
  ["role[isNull]=true", "c"],
  ["role[isNull]=false", "ab"],
  ["role[ne]=admin", "bc"],
  ["name=18", "c"],
  ["name[eq]=bob,%20jr", "b"],
  ["name[contains]=nn", "a"],
  ["name[contains]=NN", ""],
  ["name[startsWith]=bo", "b"],
  ["name[endsWith]=jr", "b"],
  ["name[endsWith]=JR", ""],
  ["name[ieq]=BOB, JR", "b"],
  ["name[icontains]=NN", "a"],
  ["name[istartsWith]=BO", "b"],
  ["name[iendsWith]=JR", "b"],
  ["name[notIn]=18", "ab"],
  ["name[notIn]=18&name[notIn]=bob", "ab"],
  ["age[between]=5,18", "ab"],
  ["age[between]=18,5", ""],
  ["born[between]=2000-01-01,2000-01-02", "a"],
  ["active=true", "ac"],
  ["active=false&age[gt]=5", "b"],
  ["born=2000-01-01", "a"],
  ["born[lt]=2000-01-01T00:00:00Z", "c"],
  ["born[gte]=2010-06-01T14:00:00%2B02:00", "b"],
  ["q=ANN", "a"],
  ["search=ed", "b"],
  ["q=", "abc"],
  ["order=age", "bac"],
  ["ordering=-age,name", "cab"],
  ["active=true&order=-age&q=n", "a"],
];

const refused: [query: string, field: string][] = [
  ["agee=18", "agee"],
  ["id=a", "id"],
  ["age[like]=1", "age[like]"],
  ["age[]=1", "age[]"],
  ["age[gte][lt]=1", "age[gte][lt]"],
  ["[age]=1", "[age]"],
  ["password[startsWith]=a", "password[startsWith]"],
  ["age[gte]=1&age[gte]=2", "age[gte]"],
  ["role[isNull]=maybe", "role[isNull]"],
  ["age[between]=1", "age[between]"],
  ["age[between]=1,2,3", "age[between]"],
  ["age[between]=1&age[between]=2", "age[between]"],
  ["name[ieq]=a&name[ieq]=b", "name[ieq]"],
  ["name[endsWith]=%00", "name[endsWith]"],
  [`name[icontains]=${"x".repeat(101)}`, "name[icontains]"],
  [`name[ieq]=${"x".repeat(101)}`, "name[ieq]"],
  [`name[endsWith]=${"x".repeat(1001)}`, "name"],
  [`age[notIn]=${"1,".repeat(600)}1`, "age[notIn]"],
  ["name=%00", "name"],
  ["name[contains]=%00", "name[contains]"],
  ["order=id", "order"],
  ["order=", "order"],
  ["order=--age", "order"],
  ["order=age,-age", "order"],
  ["order=age&order=name", "order"],
  ["order=age&ordering=name", "ordering"],
  ["q=a&q=b", "q"],
  ["q=a&search=b", "search"],
  ["q=%00", "q"],
  [`q=${"x".repeat(1001)}`, "q"],
  [`age=${"1,".repeat(600)}1`, "age"],
  ["__proto__=1", "__proto__"],
  ["constructor=1", "constructor"],
  ["limit[gt]=1", "limit[gt]"],
];

const malformed: [query: string, field: string][] = [
  ["age=x", "age"],
  ["age=", "age"],
  ["age=18,", "age"],
  ["age=1.5", "age"],
  ["age=9007199254740993", "age"],
  ["age[gt]=1e3x", "age[gt]"],
  ["active=yes", "active"],
  ["born=yesterday", "born"],
  ["born=2001-02-30", "born"],
  ["born=2001-01-01T00:00", "born"],
  ["age[contains]=1", "age"],
  ["age[endsWith]=1", "age"],
  ["age[ieq]=1", "age"],
  ["age[between]=,", "age[between]"],
  ["age[between]=1,x", "age[between]"],
  ["age[notIn]=1,x", "age[notIn]"],
];

describe.each(models)("loadQueryset on %s", (_name, model) => {
  it.each(found)("narrows by ?%s", async (query, expected) => {
    expect(await ids(model, query)).toBe(expected);
  });

  it("refuses what is unknown or malformed and names it", async () => {
    const cases = model.fields ? [...refused, ...malformed] : refused;
    for (const [query, field] of cases) {
      const error = await load(model, options, http(query)).catch((caught: unknown) => caught);
      expect(error, query).toBeInstanceOf(BadRequest);
      expect((error as BadRequest).field, query).toBe(field);
      expect((error as BadRequest).message.length).toBeLessThan(200);
    }
  });

  it("allows nothing that is not listed", async () => {
    for (const query of ["age=18", "order=age", "q=ann", "search=ann", "debug=1"]) {
      await expect(ids(model, query, {}), query).rejects.toThrow(BadRequest);
    }
    expect(await ids(model, "limit=5", {})).toBe("abc");
  });

  it("stays inside of the queryset: a queryset, an array, or a promise of either", async () => {
    const some = model.objects.filter({ age: { lt: 20 } });
    const list = users.slice(0, 2);
    for (const scope of [some, list, Promise.resolve(some), Promise.resolve(list)]) {
      const given = { ...options, queryset: () => scope };
      expect(await ids(model, "order=age", given)).toBe("ba");
      expect(await ids(model, "active=true", given)).toBe("a");
      expect(await ids(model, "age=30", given)).toBe("");
      expect(await (await load(model, given, http(""))).get("c")).toBeUndefined();
    }
  });

  it("survives any event", async () => {
    const query = fc.dictionary(
      fc.constantFrom("age", "age[gte]", "q", "order", "name[contains]", "born", "x", "limit"),
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.constantFrom("1", "-1", "age", "true", "a,b"),
        fc.anything(),
      ),
    );
    const events = fc.oneof(fc.anything(), fc.record({ queryStringParameters: query }));
    await fc.assert(
      fc.asyncProperty(events, async event => {
        try {
          await (await load(model, options, event)).page({});
        } catch (error) {
          if (!(error instanceof HttpError) || error.statusCode !== 400) throw error;
        }
      }),
    );
  });
});

describe("loadQueryset", () => {
  it("takes kinds for fields that the model does not know", async () => {
    const model = memoryModel<User>({ name: "User", objects: users });
    const given = { filters: { age: "integer" as const } };
    expect(await ids(model, "age[gte]=18", given)).toBe("ac");
    await expect(ids(model, "age=x", given)).rejects.toThrow(
      new BadRequest("Invalid value of parameter: age", { field: "age" }),
    );
  });

  it("sees the query on every event source", async () => {
    const [, model] = models[0] as (typeof models)[0];
    const events = [
      { httpMethod: "GET", multiValueQueryStringParameters: { "age[gte]": ["18"] } },
      { httpMethod: "GET", requestContext: { elb: {} }, queryStringParameters: { "age%5Bgte%5D": "18" } },
      http("age[gte]=18"),
    ];
    for (const event of events) {
      expect((await (await load(model, options, event)).page({})).items.length).toBe(2);
    }
  });

  it("refuses wrong options when it is made", () => {
    const [, model] = models[0] as (typeof models)[0];
    const wrong: [options: unknown, message: string][] = [
      [{ filter: [] }, 'loadQueryset: unknown option "filter"'],
      [{ filters: [1] }, 'loadQueryset: option "filters" must be an array of strings or an object'],
      [{ filters: { age: "int" } }, 'loadQueryset: field "age" must be one of text'],
      [{ filters: ["limit"] }, 'loadQueryset: option "filters" can\'t name "limit"'],
      [{ ordering: "age" }, 'loadQueryset: option "ordering" must be an array of strings'],
    ];
    for (const [given, message] of wrong) {
      const make = () => loadQueryset(model, given as object);
      expect(make).toThrow(TypeError);
      expect(make).toThrow(message);
    }
  });
});
