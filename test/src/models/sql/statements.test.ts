import { DatabaseSync } from "node:sqlite";
import {
  CamelCasePlugin,
  type CompiledQuery,
  type DatabaseConnection,
  type IdentifierNode,
  Kysely,
  type KyselyPlugin,
  OperationNodeTransformer,
  type QueryId,
  type RootOperationNode,
  SqliteDialect,
  SqliteDriver,
  SqliteQueryCompiler,
  sql,
  type ValueNode,
} from "kysely";
import { describe, expect, it } from "vitest";
import { preparingDatabase } from "../../../../src/models/nodeSqlite/statements.ts";
import { sqlModel } from "../../../../src/models/sql/sqlModel.ts";
import { transaction } from "../../../../src/models/sql/transaction.ts";
import { sqlite } from "../../../../src/models/sqlite.ts";
import type { Model } from "../../../../src/models/types.ts";

interface Note {
  id: string;
  noteText: string;
  stars: number;
}

const columns = { noteText: "text", stars: "integer" } as const;
const notes = (db: Kysely<unknown>, table = "notes"): Model<Note> =>
  sqlModel<Note>({ db, table, columns, version: undefined });

interface Made {
  compiler?: SqliteQueryCompiler;
  plugins?: KyselyPlugin[];
  /** Changes what a driver gets. */
  sent?(query: CompiledQuery): CompiledQuery;
}

/** A database of somebody else's making, and how many statements were compiled for it. */
function database({ compiler = new SqliteQueryCompiler(), plugins = [], sent = query => query }: Made) {
  const seen: CompiledQuery[] = [];
  let compiled = 0;
  class Dialect extends SqliteDialect {
    readonly #database = preparingDatabase(new DatabaseSync(":memory:"));

    override createQueryCompiler() {
      return {
        compileQuery(node: RootOperationNode, queryId: QueryId): CompiledQuery {
          compiled++;
          return compiler.compileQuery(node, queryId);
        },
      };
    }

    override createDriver(): SqliteDriver {
      const driver = new SqliteDriver({ database: this.#database });
      const acquire = driver.acquireConnection.bind(driver);
      driver.acquireConnection = async (): Promise<DatabaseConnection> => {
        const connection = await acquire();
        return {
          executeQuery: query => {
            seen.push(query);
            return connection.executeQuery(sent(query));
          },
          streamQuery: connection.streamQuery.bind(connection),
        };
      };
      return driver;
    }
  }
  const db = new Kysely<unknown>({ dialect: new Dialect({ database: {} as never }), plugins });
  return { db, seen, compiled: () => compiled };
}

async function everything(Notes: Model<Note>, stars: number): Promise<unknown[]> {
  const made = await Notes.create({ noteText: `text ${stars}`, stars });
  const page = await Notes.objects
    .filter({ stars: { gte: stars } })
    .orderBy("-stars")
    .page({ limit: 2 });
  const got = await Notes.objects.get(made.id);
  const changed = await Notes.update(made, { noteText: "other", stars });
  const count = await Notes.objects.filter({ stars }).count();
  await Notes.delete(changed);
  const gone = await Notes.objects.get(made.id);
  return [made, page.items, got, changed, count, gone].map(one =>
    JSON.parse((JSON.stringify(one) ?? "null").replaceAll(made.id, "id")),
  );
}

const expected = (stars: number): unknown[] => {
  const note = { id: "id", noteText: `text ${stars}`, stars };
  return [note, [note], note, { ...note, noteText: "other" }, 1, null];
};

describe("the statements of a model", () => {
  it("are compiled once for each shape, whatever their values, also in transactions", async () => {
    const { db, compiled, seen } = database({});
    const Notes = notes(db);
    expect(await everything(Notes, 1)).toEqual(expected(1));
    const before = compiled();
    expect(await everything(Notes, 2)).toEqual(expected(2));
    expect(compiled()).toBe(before);
    for (const stars of [3, 4]) {
      expect(await transaction(db, bind => everything(bind(Notes), stars))).toEqual(expected(stars));
    }
    expect(compiled()).toBe(before);
    const ids = new Set(seen.map(({ queryId }) => queryId));
    expect(ids.size).toBe(seen.length);
  });

  it("are compiled once under Kysely's own plugins, which shape the results as ever", async () => {
    const { db, compiled, seen } = database({ plugins: [new CamelCasePlugin()] });
    const Notes = notes(db);
    expect(await everything(Notes, 1)).toEqual(expected(1));
    const before = compiled();
    expect(await everything(Notes, 2)).toEqual(expected(2));
    expect(await transaction(db, bind => everything(bind(Notes), 3))).toEqual(expected(3));
    expect(compiled()).toBe(before);
    expect(seen.at(-2)?.sql).toContain('"note_text"');
  });

  it("ask the plugins of others each time, with a result for each question", async () => {
    let tenant = "a";
    const open = new Set<QueryId>();
    class Tenants extends OperationNodeTransformer {
      protected override transformIdentifier(node: IdentifierNode): IdentifierNode {
        return node.name === "notes" ? { ...node, name: `${tenant}_notes` } : node;
      }
    }
    const transformer = new Tenants();
    const plugin: KyselyPlugin = {
      transformQuery({ node, queryId }) {
        open.add(queryId);
        return transformer.transformNode(node, queryId);
      },
      async transformResult({ result, queryId }) {
        expect(open.delete(queryId)).toBe(true);
        return { ...result, rows: result.rows.map(row => ({ ...row, stars: Number(row.stars) + 100 })) };
      },
    };
    const { db } = database({ plugins: [plugin] });
    const bare = db.withoutPlugins();
    for (const name of ["a_notes", "b_notes"]) {
      await sql`create table ${sql.table(name)} (id text primary key, "noteText" text, stars integer)`.execute(
        bare,
      );
    }
    const Notes = notes(db);
    open.clear();
    const made = await Notes.create({ id: "1", noteText: "of a", stars: 1 });
    expect(made).toEqual({ id: "1", noteText: "of a", stars: 101 });
    expect(await Notes.objects.get("1")).toEqual(made);
    tenant = "b";
    expect(await Notes.objects.get("1")).toBeUndefined();
    expect(await Notes.create({ id: "1", noteText: "of b", stars: 2 })).toMatchObject({ stars: 102 });
    expect(await transaction(db, bind => bind(Notes).objects.get("1"))).toMatchObject({ noteText: "of b" });
    tenant = "a";
    expect(await Notes.objects.get("1")).toEqual(made);
    expect(open.size).toBe(0);
  });

  it("ask the plugins that a transaction has and its database has not", async () => {
    const { db } = database({});
    const Notes = notes(db);
    await Notes.create({ id: "1", noteText: "x", stars: 1 });
    await sql`create table others as select id, 'y' as "noteText", 7 as stars from notes`.execute(db);
    class Others extends OperationNodeTransformer {
      protected override transformIdentifier(node: IdentifierNode): IdentifierNode {
        return node.name === "notes" ? { ...node, name: "others" } : node;
      }
    }
    const transformer = new Others();
    const plugin: KyselyPlugin = {
      transformQuery: ({ node, queryId }) => transformer.transformNode(node, queryId),
      transformResult: async ({ result }) => result,
    };
    expect(await Notes.objects.get("1")).toEqual({ id: "1", noteText: "x", stars: 1 });
    const other = await transaction(db, (_bind, outer) =>
      transaction(outer.withPlugin(plugin), bind => bind(Notes).objects.get("1")),
    );
    expect(other).toEqual({ id: "1", noteText: "y", stars: 7 });
    expect(await Notes.objects.get("1")).toEqual({ id: "1", noteText: "x", stars: 1 });
  });

  it("carry their own values where a dialect gives values a form, as that of the Data API", async () => {
    class FormCompiler extends SqliteQueryCompiler {
      protected override appendValue(value: unknown): void {
        const name = String(this.numParameters);
        this.append(this.getCurrentParameterPlaceholder());
        this.addParameter({ name, value: { [`${typeof value}Value`]: value } });
      }
    }
    type Form = { value: Record<string, unknown> };
    const { db } = database({
      compiler: new FormCompiler(),
      sent: query => ({
        ...query,
        parameters: query.parameters.map(one => Object.values((one as Form).value)[0]),
      }),
    });
    const Notes = notes(db);
    for (const stars of [1, 2]) expect(await everything(Notes, stars)).toEqual(expected(stars));
  });

  it("carry their own values where a plugin writes values into the text", async () => {
    class Immediate extends OperationNodeTransformer {
      protected override transformValue(node: ValueNode): ValueNode {
        return { ...super.transformValue(node), immediate: true };
      }
    }
    const transformer = new Immediate();
    const plugin: KyselyPlugin = {
      transformQuery: ({ node, queryId }) => transformer.transformNode(node, queryId),
      transformResult: async ({ result }) => result,
    };
    const { db } = database({ plugins: [plugin] });
    const Notes = notes(db);
    for (const stars of [1, 2]) expect(await everything(Notes, stars)).toEqual(expected(stars));
  });

  it("keep a bounded number of texts, whatever is asked for", async () => {
    const { db, compiled } = database({});
    const Notes = notes(db);
    const ask = (size: number): Promise<number> =>
      Notes.objects.filter({ stars: Array.from({ length: size }, (_item, at) => at) }).count();
    for (let size = 2; size < 400; size++) await ask(size);
    const before = compiled();
    await ask(399);
    expect(compiled()).toBe(before);
    for (let size = 2; size < 100; size++) await ask(size);
    expect(compiled()).toBe(before + 98);
  });

  it("limit by a whole number in the text, and by nothing else", async () => {
    const { db, seen } = database({});
    const Notes = notes(db);
    for (const stars of [1, 2, 3]) await Notes.create({ noteText: "x", stars });
    const page = await Notes.objects.orderBy("stars").page({ limit: 1, offset: 1 });
    expect(page.items.map(({ stars }) => stars)).toEqual([2]);
    expect(seen.at(-1)?.sql).toMatch(/ limit 2 offset \?$/);
    expect(seen.at(-1)?.parameters).toEqual([1]);
    for (const limit of ["1; drop table notes", 1.5, Number.NaN, -1]) {
      await expect(Notes.objects.page({ limit: limit as number })).rejects.toThrow("limit");
    }
  });

  it("refuse names that would end the text", () => {
    const columns = { "no\0te": "text" } as never;
    expect(() => sqlModel<Note>({ db: database({}).db, table: "notes", columns })).toThrow(TypeError);
  });
});

describe("sqlite()", () => {
  it("makes models wait for who holds the connection, and for no one else", async () => {
    const db = sqlite(":memory:");
    const Notes = notes(db);
    await Notes.create({ id: "1", noteText: "before", stars: 0 });
    const order: string[] = [];
    const { promise: held, resolve: hold } = Promise.withResolvers<void>();
    const { promise: end, resolve: finish } = Promise.withResolvers<void>();
    const changing = transaction(db, async bind => {
      const note = (await bind(Notes).objects.get("1")) as Note;
      await bind(Notes).update(note, { noteText: "changed" });
      hold();
      await end;
      order.push("transaction");
    });
    await held;
    const reading = Notes.objects.get("1").then(note => {
      order.push("read");
      return note;
    });
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(order).toEqual([]);
    finish();
    await changing;
    expect(await reading).toEqual({ id: "1", noteText: "changed", stars: 0 });
    expect(order).toEqual(["transaction", "read"]);
    expect(await Notes.objects.count()).toBe(1);
    await db.destroy();
    await expect(Notes.objects.count()).rejects.toThrow("destroyed");
  });
});
