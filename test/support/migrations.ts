import { type Kysely, sql } from "kysely";
import { expect } from "vitest";
import { one } from "../../src/models/relations/one.ts";
import type { OneOptions } from "../../src/models/relations/types.ts";
import {
  type Migrations,
  migrateDown,
  migrateUp,
  type PlanOptions,
  planMigration,
  type Step,
} from "../../src/models/sql/migrate/index.ts";
import { type SqlModelOptions, sqlModel } from "../../src/models/sql/sqlModel.ts";
import type { FullModel } from "../../src/models/types.ts";

type Any = { id: string } & Record<string, unknown>;
type Options = Partial<SqlModelOptions<Any>>;

type Given = Options | ((Parents: FullModel<Any>) => Options);

/** A change of a model whose table has rows. */
export interface ChangeCase {
  title: string;
  before: Given;
  rows: object[];
  after: Given;
  /** Objects that those of the model may refer to, of a model that `before` and `after` are given. */
  parents?: object[];
  options?: PlanOptions;
  /** What the steps do, and what they do when no old code runs any more. */
  expand?: string[];
  contract?: string[];
  /** What is done between the two. */
  between?: string[];
  /** What the rows are in the end, by the new model; those of before where nothing is said. */
  become?: object[];
  /** What refuses the change, which leaves all as it was. */
  refused?: string;
  /** Why a statement can't do it. */
  byHand?: RegExp;
  /** Whether the rows that are in the end do not fit the old table. */
  isFinal?: boolean;
  /** Engines that it is not for. */
  not?: string[];
}

/** A database in which models change, with all migrations that ran. */
export interface Changing {
  readonly engine: string;
  readonly db: Kysely<unknown>;
  readonly migrations: Record<string, { up: Step["up"]; down: Step["down"] }>;
  tables: number;
}

/** Makes what gives the database of a server, which is not there before the tests run, one to change. */
export function changingOn(engine: string, db: () => Kysely<unknown>): () => Changing {
  let at: Changing | undefined;
  return () => {
    at ??= { engine, db: db(), migrations: {}, tables: 0 };
    return at;
  };
}

const nameOf = ({ migrations }: Changing): string =>
  `${String(Object.keys(migrations).length).padStart(4, "0")}_change`;

/** Runs steps as one migration, which is one that ran from then on, unless it is refused. */
export async function runSteps(
  at: Changing,
  models: readonly object[],
  steps: readonly Step[],
): Promise<void> {
  const name = nameOf(at);
  const migration = {
    up: steps.flatMap(({ up }) => up),
    down: steps.toReversed().flatMap(({ down }) => down),
  };
  const ran = await migrateUp(models, { ...at.migrations, [name]: migration });
  expect(ran).toEqual([name]);
  at.migrations[name] = migration;
}

/** Of words that may stand in one step or in several. */
const sorted = (words: readonly string[]): string[] => words.join(", ").split(", ").sort();
const wordsOf = (steps: readonly Step[], phase: Step["phase"]): string[] =>
  sorted(steps.filter(step => step.phase === phase).map(({ does }) => does));

const rowsOf = (model: FullModel<Any>): Promise<Any[]> => model.objects.orderBy("id").all();

/** Makes the table of the old model, changes it into that of the new one, and takes that back. */
export async function changeCase(at: Changing, given: ChangeCase): Promise<void> {
  const { rows, parents = [], options = {}, expand = [], contract = [], between = [] } = given;
  const isTold = given.expand !== undefined || given.contract !== undefined;
  const { db } = at;
  const table = `changing${at.tables++}`;
  const inTable = (text: string): string => text.replaceAll("$", table);
  const plan: PlanOptions = {
    rename: Object.fromEntries(Object.entries(options.rename ?? {}).map(([from, to]) => [inTable(from), to])),
    drop: (options.drop ?? []).map(inTable),
  };
  const Parents = sqlModel<Any>({
    db,
    table: `${table}_parents`,
    name: "Parent",
    columns: { code: "text" },
    unique: ["code"],
  } as SqlModelOptions<Any>);
  for (const row of parents) await Parents.create(row as Any);
  const [before, after] = [given.before, given.after].map(one =>
    typeof one === "function" ? one(Parents) : one,
  );
  const beside = parents.length > 0 ? [Parents] : [];
  const Old = sqlModel<Any>({ db, table, name: "Thing", ...before } as SqlModelOptions<Any>);
  for (const row of rows) await Old.create(row as Any);
  const was = await rowsOf(Old);
  expect(await planMigration([Old, ...beside])).toEqual({ steps: [], notes: [], renames: [] });
  const New = sqlModel<Any>({ db, table, name: "Thing", ...after } as SqlModelOptions<Any>);

  const { steps } = await planMigration([New, ...beside], plan);
  if (given.byHand) {
    expect(steps.map(({ byHand }) => byHand)).toEqual([expect.stringMatching(given.byHand)]);
    return;
  }
  expect(steps.filter(({ byHand }) => byHand)).toEqual([]);
  if (isTold) {
    const isWhole = at.engine !== "PostgreSQL";
    const told = (words: readonly string[]): string[] =>
      sorted(words.map(inTable).filter(word => !isWhole || !word.startsWith("check the ")));
    expect(wordsOf(steps, "expand")).toEqual(told(expand));
    expect(wordsOf(steps, "contract")).toEqual(told(contract));
  }
  let ran = 0;
  for (const phase of ["expand", "contract"] as const) {
    const now = (
      await planMigration([New, ...beside], ran === 0 ? plan : { drop: plan.drop ?? [] })
    ).steps.filter(step => step.phase === phase);
    if (now.length === 0) continue;
    if (phase === "contract") for (const line of between) await sql.raw(inTable(line)).execute(db);
    if (given.refused && (phase === "contract" || !steps.some(step => step.phase === "contract"))) {
      await expect(runSteps(at, [New], now)).rejects.toThrow(inTable(given.refused));
      const Again = sqlModel<Any>({ db, table, name: "Thing", ...before } as SqlModelOptions<Any>);
      expect(await rowsOf(Again)).toMatchObject(was);
      return;
    }
    await runSteps(at, [New], now);
    ran++;
  }
  expect((await planMigration([New, ...beside])).steps).toEqual([]);
  expect(await rowsOf(New)).toEqual(given.become ?? was);
  for (let n = 0; n < ran && !given.isFinal; n++) {
    const [last] = Object.keys(at.migrations).toReversed();
    expect(await migrateDown([New], at.migrations as Migrations)).toBe(last);
    delete at.migrations[last as string];
  }
  if (given.isFinal) return;
  const Back = sqlModel<Any>({ db, table, name: "Thing", ...before } as SqlModelOptions<Any>);
  // What was there before is looked at again, which is a step of its own.
  const { steps: left } = await planMigration([Back, ...beside]);
  expect(left.filter(({ does }) => /^(?:add|make|drop).* foreign key/.test(does))).toEqual([]);
  const back = await rowsOf(Back);
  expect(back.map(({ id }) => id)).toEqual(was.map(({ id }) => id));
}

/** A model of which each object refers to one of the parents. */
const referring =
  (options?: OneOptions<Any>, more: Options = {}) =>
  (Parents: FullModel<Any>): Options =>
    ({
      columns: { title: text, up: text },
      relations: { parent: one(Parents, "up", options) },
      ...more,
    }) as never;
const apart: Options = { columns: { title: "text", up: "text" } };
const up = [
  { id: "p", code: "P" },
  { id: "q", code: "Q" },
];
const referringRows = [
  { id: "a", title: "A", up: "p" },
  { id: "b", title: "B", up: null },
];
const check = "check the foreign key $_up_fkey for the rows that were there before it";

const text = "text" as const;
const a = { id: "a", title: "A" };
const b = { id: "b", title: "B" };

/** Changes that a model goes through, each with rows in its table. */
export const changeCases: readonly ChangeCase[] = [
  {
    title: "adds a column",
    before: { columns: { title: text } },
    rows: [a, b],
    after: { columns: { title: text, note: text } },
    expand: ["add the column note (text)"],
    become: [
      { ...a, note: null },
      { ...b, note: null },
    ],
  },
  {
    title: "adds a column with a default",
    before: { columns: { title: text } },
    rows: [a],
    after: { columns: { title: text, rank: { kind: "integer", default: 7 } } },
    expand: ["add the column rank (integer)"],
    become: [{ ...a, rank: 7 }],
  },
  {
    title: "adds a required column with a default",
    before: { columns: { title: text } },
    rows: [a],
    after: { columns: { title: text, state: { kind: "text", required: true, default: "it's new" } } },
    expand: ["add the column state (text, required)"],
    become: [{ ...a, state: "it's new" }],
  },
  {
    title: "adds a required column, which is filled before it is required",
    before: { columns: { title: text } },
    rows: [a, b],
    after: { columns: { title: text, rank: { kind: "integer", required: true } } },
    expand: ["add the column rank (integer)"],
    contract: ["require the column rank"],
    refused: "$.rank is null in some rows; fill them first",
  },
  {
    title: "requires a column whose rows all have something",
    before: { columns: { title: text } },
    rows: [a, b],
    after: { columns: { title: { kind: "text", required: true } } },
    contract: ["require the column title"],
  },
  {
    title: "refuses to require a column that is null somewhere",
    before: { columns: { title: text } },
    rows: [a, { id: "b" }],
    after: { columns: { title: { kind: "text", required: true } } },
    contract: ["require the column title"],
    refused: "$.title is null in some rows; fill them first",
  },
  {
    title: "requires a column that is filled between",
    before: { columns: { title: text } },
    rows: [a, { id: "b" }],
    after: { columns: { title: { kind: "text", required: true } } },
    contract: ["require the column title"],
    between: ["update $ set title = 'new' where title is null"],
    become: [a, { id: "b", title: "new" }],
  },
  {
    title: "requires a column no more",
    before: { columns: { title: { kind: "text", required: true } } },
    rows: [a],
    after: { columns: { title: { kind: "text", required: false } } },
    expand: ["do not require the column title"],
  },
  {
    title: "renames a column when it is told to",
    before: { columns: { title: text }, unique: ["title"], indexes: ["title"] },
    rows: [a, b],
    after: { columns: { name: text }, unique: ["name"], indexes: ["name"] },
    options: { rename: { "$.title": "name" } },
    expand: ["rename the column title to name"],
    become: [
      { id: "a", name: "A" },
      { id: "b", name: "B" },
    ],
  },
  {
    title: "makes numbers of text that is some",
    before: { columns: { size: text } },
    rows: [
      { id: "a", size: "12" },
      { id: "b", size: "-3" },
    ],
    after: { columns: { size: "integer" } },
    expand: ["make the column size hold integer"],
    become: [
      { id: "a", size: 12 },
      { id: "b", size: -3 },
    ],
  },
  {
    title: "refuses to make numbers of other text",
    before: { columns: { size: text } },
    rows: [
      { id: "a", size: "12" },
      { id: "b", size: "many" },
    ],
    after: { columns: { size: "integer" } },
    expand: ["make the column size hold integer"],
    refused: "$.size has values that are no integer",
  },
  {
    title: "makes text of numbers",
    before: { columns: { size: "integer" } },
    rows: [{ id: "a", size: 12 }],
    after: { columns: { size: text } },
    expand: ["make the column size hold text"],
    become: [{ id: "a", size: "12" }],
  },
  {
    title: "makes whole numbers of numbers that are whole",
    before: { columns: { size: "real" } },
    rows: [{ id: "a", size: 12 }],
    after: { columns: { size: "integer" } },
    expand: ["make the column size hold integer"],
  },
  {
    title: "refuses to cut fractions off",
    before: { columns: { size: "real" } },
    rows: [{ id: "a", size: 1.5 }],
    after: { columns: { size: "integer" } },
    expand: ["make the column size hold integer"],
    refused: "$.size has values that are no integer",
  },
  {
    title: "says what it can't make without loss",
    before: { columns: { size: "json" } },
    rows: [{ id: "a", size: { b: 1 } }],
    after: { columns: { size: "real" } },
    byHand: /^no statement makes real of \w+/,
    not: ["SQLite", "MySQL"],
  },
  {
    title: "keeps rows unique that are",
    before: { columns: { title: text, org: text } },
    rows: [
      { ...a, org: "x" },
      { ...b, org: "x" },
      { id: "c", title: null, org: "x" },
      { id: "d", title: null, org: "x" },
    ],
    after: { columns: { title: text, org: text }, unique: [["org", "title"]] },
    expand: ["keep it unique by org, title"],
  },
  {
    title: "refuses to keep duplicates unique",
    before: { columns: { title: text } },
    rows: [a, { ...a, id: "b" }],
    after: { columns: { title: text, note: text }, unique: ["title"] },
    expand: ["add the column note (text)", "keep it unique by title"],
    refused: "$ has duplicates of title; make them differ first",
    not: ["MySQL"],
  },
  {
    title: "adds an index",
    before: { columns: { title: text, org: text } },
    rows: [{ ...a, org: "x" }],
    after: { columns: { title: text, org: text }, indexes: [["org", "title"], "title"] },
    expand: ["add an index of org, title", "add an index of title"],
  },
  {
    title: "changes a default",
    before: { columns: { title: { kind: "text", default: "old" } } },
    rows: [a, { id: "b" }],
    after: { columns: { title: { kind: "text", default: "new" } } },
    expand: ["set the default of the column title"],
    become: [a, { id: "b", title: "old" }],
  },
  {
    title: "drops a column when it is told to, and what goes by it",
    before: { columns: { title: text, org: text }, indexes: ["org"] },
    rows: [{ ...a, org: "x" }],
    after: { columns: { title: text } },
    options: { drop: ["$.org"] },
    contract: ["drop the column org"],
    become: [a],
  },
  {
    title: "splits a column",
    isFinal: true,
    before: { columns: { name: { kind: "text", required: true } } },
    rows: [{ id: "a", name: "Ann Lee" }],
    after: { columns: { first: { kind: "text", required: true }, last: text } },
    options: { drop: ["$.name"] },
    expand: ["add the column first (text)", "add the column last (text)", "do not require the column name"],
    between: ["update $ set first = 'Ann', last = 'Lee'"],
    contract: ["require the column first", "drop the column name"],
    become: [{ id: "a", first: "Ann", last: "Lee" }],
  },
  {
    title: "does much at once",
    before: { columns: { title: text, size: text, done: "boolean" }, unique: ["title"] },
    rows: [{ ...a, size: "1", done: true }],
    after: {
      columns: {
        title: { kind: "text", required: true },
        size: "integer",
        done: { kind: "boolean", required: true, default: false },
        tags: { kind: "json", default: [] },
        due: "date",
      },
      unique: ["title", ["size", "done"]],
      indexes: ["due"],
    },
    become: [{ ...a, size: 1, done: true, tags: [], due: null }],
  },
  {
    title: "adds a foreign key, and the index that it needs",
    before: apart,
    parents: up,
    rows: referringRows,
    after: referring(),
    expand: ["add an index of up", "add a foreign key of up to $_parents.id"],
    contract: [check],
  },
  {
    title: "refuses a foreign key where a row refers to nothing",
    before: apart,
    parents: up,
    rows: [...referringRows, { id: "c", title: "C", up: "nothing" }],
    after: referring({ onDelete: "cascade" }),
    expand: ["add an index of up", "add a foreign key of up to $_parents.id on delete cascade"],
    contract: [check],
    refused: "$.up refers to nothing in some rows; mend them first",
    not: ["MySQL"],
  },
  {
    title: "adds a foreign key to rows that are mended between",
    before: apart,
    parents: up,
    rows: [...referringRows, { id: "c", title: "C", up: "nothing" }],
    after: referring({ onDelete: "setNull" }),
    expand: ["add an index of up", "add a foreign key of up to $_parents.id on delete set null"],
    contract: [check],
    between: ["update $ set up = null where up = 'nothing'"],
    become: [...referringRows, { id: "c", title: "C", up: null }],
    not: ["SQLite", "MySQL"],
  },
  {
    title: "changes what a deletion does",
    before: referring(),
    parents: up,
    rows: referringRows,
    after: referring({ onDelete: "cascade" }),
    expand: ["make the foreign key $_up_fkey one of up to $_parents.id on delete cascade"],
    contract: [check],
  },
  {
    title: "makes a foreign key one to another field",
    before: referring(),
    parents: [{ id: "p", code: "p" }],
    rows: referringRows,
    after: referring({ references: "code" } as never),
    expand: ["make the foreign key $_up_fkey one of up to $_parents.code"],
    contract: [check],
  },
  {
    title: "drops a foreign key when it is told to",
    before: referring(),
    parents: up,
    rows: referringRows,
    after: apart,
    options: { drop: ["$.$_up_fkey"] },
    contract: ["drop the foreign key $_up_fkey"],
  },
  {
    title: "adds a column that refers",
    before: { columns: { title: text } },
    parents: up,
    rows: [a],
    after: referring({ onDelete: "cascade" }),
    expand: [
      "add the column up (text)",
      "add an index of up",
      "add a foreign key of up to $_parents.id on delete cascade",
    ],
    contract: [check],
    become: [{ ...a, up: null }],
  },
  {
    title: "drops a column that refers",
    before: referring(),
    parents: up,
    rows: referringRows,
    after: { columns: { title: text } },
    options: { drop: ["$.up"] },
    contract: ["drop the column up"],
    become: [a, b],
  },
  {
    title: "renames a column that refers, and requires another beside it",
    before: Parents => ({
      columns: { title: text, old: text },
      relations: { parent: one(Parents, "old", { onDelete: "cascade" }) } as never,
    }),
    parents: up,
    rows: [{ ...a, old: "p" }],
    after: referring(
      { onDelete: "cascade" },
      { columns: { title: { kind: "text", required: true }, up: text } },
    ),
    options: { rename: { "$.old": "up" } },
    expand: ["rename the column old to up"],
    contract: ["require the column title"],
    become: [{ ...a, up: "p" }],
  },
];
