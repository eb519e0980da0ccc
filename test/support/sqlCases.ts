import {
  CamelCasePlugin,
  type CompiledQuery,
  type Kysely,
  ParseJSONResultsPlugin,
  type QueryExecutorProvider,
  sql,
} from "kysely";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { BadRequest, Conflict } from "../../src/core/errors.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { transaction } from "../../src/models/sql/transaction.ts";
import type { FullModel, Model } from "../../src/models/types.ts";
import {
  modelConformance,
  type StampedThing,
  stampedOptions,
  type Thing,
  thingFields,
} from "../../tools/testing/modelConformance.ts";

/** A row of the cases that all SQL engines share. */
export interface Account {
  id: string;
  owner: string | null;
  balance: number;
}

const columns = { owner: "text", balance: "integer" } as const;

/** A model of accounts; the owner is unique. */
export function accounts(db: QueryExecutorProvider, table: string): Model<Account> {
  return sqlModel<Account>({ db, name: "Account", table, columns, unique: ["owner"] });
}

/** A database with a note of every statement. */
export function watched(db: Kysely<unknown>, seen: CompiledQuery[]): QueryExecutorProvider {
  const executor = db.getExecutor();
  const note = (query: CompiledQuery) => {
    seen.push(query);
    return executor.executeQuery(query);
  };
  const get = (_target: object, key: keyof typeof executor): unknown => {
    const value = executor[key];
    if (key === "executeQuery") return note;
    return typeof value === "function" ? (value as () => unknown).bind(executor) : value;
  };
  return { getExecutor: () => new Proxy(executor, { get } as ProxyHandler<typeof executor>) };
}

async function idsOf(model: Model<Account>): Promise<string[]> {
  return (await model.objects.page({})).items.map(({ id }) => id);
}

const failure = new Error("stop");
const failing = async (): Promise<never> => {
  throw failure;
};

/** What a transaction does is kept as a whole or not at all. */
export async function transactionCase(db: Kysely<unknown>, table: string): Promise<void> {
  const Accounts = accounts(db, table);
  const kept = await transaction(db, async bind => {
    const Bound = bind(Accounts);
    const a = await Bound.create({ id: "a", owner: "ann", balance: 10 });
    await Bound.update(a, { balance: 5 });
    return Bound.objects.get("a");
  });
  expect(kept).toEqual({ id: "a", owner: "ann", balance: 5 });
  expect(await Accounts.objects.get("a")).toEqual(kept);

  const undone = transaction(db, async bind => {
    await bind(Accounts).create({ id: "b", owner: "bob", balance: 1 });
    await bind(Accounts).delete(kept as Account);
    await failing();
  });
  await expect(undone).rejects.toBe(failure);
  expect(await idsOf(Accounts)).toEqual(["a"]);

  await transaction(db, async (bind, outer) => {
    await bind(Accounts).create({ id: "c", owner: "cy", balance: 1 });
    const inner = transaction(outer, async bindInner => {
      await bindInner(Accounts).create({ id: "d", owner: "di", balance: 1 });
      await bindInner(Accounts).create({ id: "e", owner: "ann", balance: 1 });
    });
    await expect(inner).rejects.toThrow(new Conflict("Duplicate owner", { field: "owner" }));
    await transaction(outer, bindInner => bindInner(Accounts).create({ id: "f", owner: "flo", balance: 1 }));
  });
  expect(await idsOf(Accounts)).toEqual(["a", "c", "f"]);
  await expect(transaction(db, async bind => bind({} as Model<Account>))).rejects.toThrow(TypeError);
}

/** A transaction that is the first to use a table. */
export async function freshTransactionCase(db: Kysely<unknown>, table: string): Promise<void> {
  const Accounts = accounts(db, table);
  const undone = transaction(db, async bind => {
    await bind(Accounts).create({ id: "a", owner: "ann", balance: 1 });
    await failing();
  });
  await expect(undone).rejects.toBe(failure);
  expect(await Accounts.objects.count()).toBe(0);
  await Accounts.create({ id: "b", owner: "bob", balance: 1 });
  expect(await idsOf(Accounts)).toEqual(["b"]);
}

/** Many that start at once, each as a process of its own would, make one table. */
export async function creationCase(db: Kysely<unknown>, table: string): Promise<void> {
  for (let round = 0; round < 10; round++) {
    const models = Array.from({ length: 12 }, () => accounts(db, `${table}${round}`));
    await Promise.all(models.map((model, at) => model.create({ id: `a${at}`, owner: null, balance: at })));
    expect(await models[0]?.objects.count()).toBe(12);
  }
}

/** Names in camel case over columns in snake case, as Kysely's plugin makes them, on a table that was there. */
export async function camelCase(db: Kysely<unknown>, table: string): Promise<void> {
  await sql`create table ${sql.table(table)} (id varchar(40) primary key, full_name varchar(40) not null unique,
    meta_data json, seen_at timestamp null)`.execute(db);
  const camel = db.withPlugin(new CamelCasePlugin()).withPlugin(new ParseJSONResultsPlugin());
  interface Person {
    id: string;
    fullName: string;
    metaData: unknown;
    seenAt: Date;
  }
  const columns = { fullName: "text", metaData: "json", seenAt: "date" } as const;
  const People = sqlModel<Person>({ db: camel, table, columns, unique: ["fullName"] });
  const given = { fullName: "Ann", metaData: { aB: [1] }, seenAt: new Date("2020-01-01T00:00:00Z") };
  const ann = await People.create(given);
  expect(ann).toEqual({ ...given, id: ann.id });
  await People.create({ ...given, fullName: "Bob" });
  await expect(People.create(given)).rejects.toThrow(
    new Conflict("Duplicate fullName", { field: "fullName" }),
  );
  const objects = People.objects.filter({ metaData: { eq: { aB: [1] } } }).orderBy("seenAt", "fullName");
  const { items, nextCursor } = await objects.page({ limit: 1 });
  expect(items).toEqual([ann]);
  const rest = await objects.page({ limit: 1, cursor: nextCursor });
  expect(rest.items.map(({ fullName }) => fullName)).toEqual(["Bob"]);
  const moved = await People.update(ann, { fullName: "Anne", metaData: [] });
  expect(moved).toEqual({ ...ann, fullName: "Anne", metaData: [] });
  await expect(People.update(ann, { fullName: "late" })).rejects.toThrow(Conflict);
}

/** Fifty connections that add to one row, with retries, lose nothing and each see what they wrote. */
export async function writersCase(db: Kysely<unknown>, table: string): Promise<void> {
  const Accounts = accounts(db, table);
  await Accounts.create({ id: "a", owner: "ann", balance: 0 });
  const add = async (): Promise<number> => {
    for (;;) {
      const loaded = (await Accounts.objects.get("a")) as Account;
      try {
        return (await Accounts.update(loaded, { balance: loaded.balance + 1 })).balance;
      } catch (error) {
        expect(error).toBeInstanceOf(Conflict);
      }
    }
  };
  const seen = await Promise.all(Array.from({ length: 50 }, add));
  expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_item, at) => at + 1));
}

/** Errors of the database say what the caller can act on, and no SQL. */
export async function errorsCase(db: Kysely<unknown>, table: string): Promise<void> {
  interface Member {
    id: string;
    org: string;
    user_name: string;
  }
  const members = sqlModel<Member>({
    db,
    table,
    columns: { org: "text", user_name: "text" },
    unique: [["org", "user_name"], "user_name"],
  });
  await members.create({ id: "a", org: "x", user_name: "ann (1)=(2)" });
  const duplicates: [data: Member, fields: string][] = [
    [{ id: "a", org: "y", user_name: "z" }, "id"],
    [{ id: "b", org: "y", user_name: "ann (1)=(2)" }, "user_name"],
  ];
  for (const [data, field] of duplicates) {
    await expect(members.create(data)).rejects.toThrow(new Conflict(`Duplicate ${field}`, { field }));
  }
  const small = sqlModel<{ id: string; n: number }>({
    db,
    table: `${table}_small`,
    columns: { n: "integer" },
  });
  await sql`create table ${sql.table(`${table}_small`)} (id varchar(5) primary key, n smallint)`.execute(db);
  const invalidValue = new BadRequest("n does not fit its column", { field: "n" });
  await expect(small.create({ id: "a", n: 70_000 })).rejects.toThrow(invalidValue);
  const tooLong = new BadRequest("id is too long", { field: "id" });
  await expect(small.create({ id: "longer than five", n: 1 })).rejects.toThrow(tooLong);
  expect(await small.objects.filter({ n: { lt: 2 ** 40 } }).count()).toBe(0);
  expect(await small.objects.get("x".repeat(900))).toBeUndefined();
}

/** Ids that the database counts. */
export async function countedCase(db: Kysely<unknown>, table: string): Promise<void> {
  for (const kind of ["integer", "bigint"] as const) {
    const of = (id: number): number | bigint => (kind === "bigint" ? BigInt(id) : id);
    const columns = { id: kind, title: "text" } as const;
    const Posts = sqlModel<{ id: number | bigint; title: string }>({
      db,
      table: `${table}_${kind}`,
      columns,
    });
    const first = await Posts.create({ title: "a" });
    const second = await Posts.create({ title: "b" });
    expect([first, second]).toEqual([
      { id: of(1), title: "a" },
      { id: of(2), title: "b" },
    ]);
    await Posts.delete(second);
    expect((await Posts.create({ title: "c" })).id).toBe(of(3));
    expect(await Posts.objects.get("3")).toEqual({ id: of(3), title: "c" });
    expect(await Posts.update(first, { title: "d" })).toEqual({ id: of(1), title: "d" });
    for (const id of ["x", "1.0", "9".repeat(30), "-1"]) expect(await Posts.objects.get(id)).toBeUndefined();
    await expect(Posts.create({ id: of(3), title: "e" })).rejects.toThrow(
      new Conflict("Duplicate id", { field: "id" }),
    );
  }
}

/**
 * Registers the conformance suite for an engine, guarded by every column and by a version.
 *
 * @param engine its name, for the titles
 * @param db gives the database when a model is made
 */
export function conformanceCases(engine: string, db: () => Kysely<unknown>): void {
  const unique = ["email"] as const;
  let tables = 0;
  const seen: CompiledQuery[] = [];
  const options = { test: it, statements: () => seen.length };

  describe(`sqlModel on ${engine} conforms`, () => {
    const make = (): Model<Thing> =>
      sqlModel<Thing>({
        db: watched(db(), seen),
        name: "Thing",
        table: `conforming${tables++}`,
        columns: thingFields,
        unique,
      });
    const stamped = (): FullModel<StampedThing> =>
      sqlModel<StampedThing>({
        ...stampedOptions,
        db: watched(db(), seen),
        name: "Thing",
        table: `conforming${tables++}`,
        columns: thingFields,
        unique,
      });
    modelConformance(make, { ...options, stamped });
  });

  describe(`sqlModel on ${engine} with a version conforms`, () => {
    const columns = { ...thingFields, version: "integer" as const };
    const make = (): Model<Thing> =>
      sqlModel<Thing>({
        db: watched(db(), seen),
        name: "Thing",
        table: `conforming${tables++}`,
        columns,
        unique,
        version: "version",
      });
    const stamped = (): FullModel<StampedThing> =>
      sqlModel<StampedThing>({
        ...stampedOptions,
        db: watched(db(), seen),
        name: "Thing",
        table: `conforming${tables++}`,
        columns,
        unique,
        version: "version",
      });
    modelConformance(make, { ...options, stamped });
  });

  describe(`sqlModel on ${engine} with other names in its table conforms`, () => {
    const named = { naming: "snake", name: "Thing", columns: otherColumns, unique } as const;
    const make = (): Model<Thing> =>
      sqlModel<Thing>({ ...named, db: watched(db(), seen), table: `conforming${tables++}` });
    const stamped = (): FullModel<StampedThing> =>
      sqlModel<StampedThing>({
        ...stampedOptions,
        ...named,
        db: watched(db(), seen),
        table: `conforming${tables++}`,
      });
    modelConformance(make, { ...options, stamped });
  });
}

/** Columns whose names are not those of their fields; some have the name of another field. */
const otherColumns = Object.fromEntries(
  Object.entries(thingFields).map(([field, kind]) => {
    const others: Readonly<Record<string, string>> = {
      name: "email",
      email: "name",
      group: "group by",
      born: "born$",
    };
    return [field, { kind, column: others[field] ?? `the_${field}` }];
  }),
);

/** A schema that says something of two fields together sees each whole row before any is written. */
export async function schemaSetCase(db: Kysely<unknown>, table: string): Promise<void> {
  interface Span {
    id: string;
    first: number;
    last: number;
    note: string | null;
    version: number;
  }
  const schema = z
    .object({
      id: z.string(),
      first: z.int(),
      last: z.int(),
      note: z.string().nullable(),
      version: z.int(),
    })
    .refine(({ first, last }) => first <= last, "first must not be behind last")
    .transform(span => ({ ...span, note: span.note?.trim() ?? null }));
  let statements = 0;
  const counted = db.withPlugin({
    transformQuery({ node }) {
      statements++;
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  const columns = { note: "text", first: "integer", last: "integer", version: "integer" } as const;
  const Spans = sqlModel<Span>({
    db: counted,
    name: "Span",
    table,
    schema: schema as unknown as z.ZodType<Span>,
    version: "version",
    columns,
  });
  for (let at = 0; at < 7; at++) await Spans.create({ id: `s${at}`, first: at, last: 10 + at, note: null });
  const before = await Spans.objects.all();
  await expect(Spans.objects.update({ first: 13 })).rejects.toThrow(BadRequest);
  expect(await Spans.objects.all()).toEqual(before);
  expect(await Spans.objects.filter({ last: { gte: 13 } }).update({ first: 13, note: " new " })).toBe(4);
  const changed = before.map(span =>
    span.last < 13 ? span : { ...span, first: 13, note: "new", version: 2 },
  );
  expect(await Spans.objects.all()).toEqual(changed);
  expect(await Spans.objects.filter({ first: 13 }).update({ last: 20 })).toBe(4);
  expect(await Spans.objects.filter({ first: 13, last: 20, version: 3 }).count()).toBe(4);
  await Spans.update((await Spans.objects.get("s6")) as Span, { note: "later" });
  statements = 0;
  expect(await Spans.objects.filter({ first: 13 }).update({ last: 30, note: null })).toBe(4);
  expect(statements).toBe(2);
  await transaction(counted, async bind => {
    expect(await bind(Spans).objects.filter({ first: 13 }).update({ note: "inner" })).toBe(4);
    throw failure;
  }).catch(() => undefined);
  expect(await Spans.objects.filter({ note: "inner" }).exists()).toBe(false);
}
