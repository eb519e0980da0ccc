import type { DefinedTable } from "../definitions.ts";
import { tableOf } from "../definitions.ts";
import { columnFinder } from "../found.ts";
import { readTable } from "./catalog.ts";
import { difference, type Wishes } from "./difference.ts";
import { mysqlStatements } from "./mysql.ts";
import { oldTable } from "./oldTable.ts";
import { postgresStatements } from "./postgres.ts";
import { applied, needsRebuild, rebuilding, sqliteStatements } from "./sqlite.ts";
import type { Change, MigrationPlan, Step, TableState } from "./types.ts";
import { phaseOf, risksOf, wordsOf } from "./words.ts";
import { type Writing, type Written, writing } from "./writing.ts";

/** What a plan is told besides the models. */
export interface PlanOptions {
  /** Columns that have new names, of tables by their new ones, and such tables: `{ "tasks.name": "title", Task: "tasks" }`. */
  readonly rename?: Readonly<Record<string, string>>;
  /** Columns, indexes (`tasks.note`) and whole tables that no model has and that may go. */
  readonly drop?: readonly string[];
}

const statements = {
  postgres: postgresStatements,
  mysql: mysqlStatements,
  sqlite: sqliteStatements,
} as const;

function stepOf(
  phase: Step["phase"],
  changes: readonly Change[],
  written: Written,
  { definition, dialect }: Writing,
): Step {
  const risks = new Set(changes.flatMap(change => risksOf(change, dialect, definition)));
  return {
    phase,
    table: definition.table,
    does: changes.map(wordsOf).join(", "),
    risks: [...risks],
    ...written,
  };
}

/** What refers to an id has its type, also where no key says so. */
const noKeyType = ({ definition }: Writing): Written => ({
  up: [],
  down: [],
  byHand: `the id of ${definition.table} and all that refers to it change together`,
});

function isKeyType(change: Change, { definition }: Writing): boolean {
  return change.is === "setType" && change.field === definition.idKey;
}

/** The steps of one phase of a table. On SQLite those that make the table again do it together, behind the others. */
function stepsOf(
  phase: Step["phase"],
  all: readonly Change[],
  start: TableState,
  at: Writing,
): { steps: Step[]; end: TableState } {
  const steps: Step[] = [];
  const later: Change[] = [];
  let state = start;
  for (const change of all.filter(one => phaseOf(one) === phase)) {
    if (isKeyType(change, at)) {
      steps.push(stepOf(phase, [change], noKeyType(at), at));
      continue;
    }
    if (at.dialect.name === "sqlite" && needsRebuild(change, state)) {
      later.push(change);
      continue;
    }
    steps.push(stepOf(phase, [change], statements[at.dialect.name](change, state, at), at));
    state = applied(change, state, at);
  }
  if (later.length > 0) {
    steps.push(stepOf(phase, later, rebuilding(later, state, at), at));
    state = later.reduce((before, change) => applied(change, before, at), state);
  }
  return { steps, end: state };
}

function wishesOf(table: string, { rename = {}, drop = [] }: PlanOptions): Wishes {
  const inTable = (name: string): string | undefined =>
    name.startsWith(`${table}.`) ? name.slice(table.length + 1) : undefined;
  const renamed = Object.entries(rename).flatMap(([from, to]) => {
    const old = inTable(from);
    return old === undefined ? [] : [[to, old] as const];
  });
  return {
    renamed: new Map(renamed),
    dropped: new Set(drop.map(inTable).filter(name => name !== undefined)),
  };
}

/** The tables of models, each once. @throws TypeError on a model that is not a `sqlModel`, or of another database */
export function tablesOf(caller: string, models: readonly object[]): [DefinedTable, ...DefinedTable[]] {
  const tables = models.map(model => {
    const table = tableOf(model);
    if (table === undefined) throw new TypeError(`${caller}: takes models that sqlModel made`);
    return table;
  });
  const [first] = tables;
  if (first === undefined) throw new TypeError(`${caller}: needs a model`);
  if (tables.some(({ db }) => db !== first.db)) {
    throw new TypeError(`${caller}: the models must be of one database`);
  }
  const byName = new Map(tables.map(table => [table.definition.table, table]));
  return [...byName.values()] as [DefinedTable, ...DefinedTable[]];
}

/**
 * Compares models with their database, and says what would make it what they want.
 *
 * Nothing is dropped and nothing renamed unless the options say so. Steps of the phase `expand` leave what the code needs that runs
 * now; those of `contract` are for the time when it is gone.
 *
 * @param models models of `sqlModel`, all of one database
 * @param options what was renamed, and what may be dropped
 * @returns the steps in their order, with their risks and statements
 * @throws TypeError on models of another kind, and on a name that is not there
 * @example
 * const { steps } = await planMigration([Users, Posts], { rename: { "posts.name": "title" } });
 */
export async function planMigration(
  models: readonly object[],
  options: PlanOptions = {},
): Promise<MigrationPlan> {
  const tables = tablesOf("planMigration", models);
  const names = tables.map(({ definition }) => definition.table);
  const { rename = {} } = options;
  const notes: string[] = [];
  const renames: MigrationPlan["renames"][number][] = [];
  const phases: Record<Step["phase"], Step[]> = { expand: [], contract: [] };
  const unused = new Set([...Object.keys(options.rename ?? {}), ...(options.drop ?? [])]);
  for (const { definition, dialect, db } of tables) {
    const { table } = definition;
    const present = await readTable(table, dialect, db);
    const old =
      present.columns.length > 0 ? undefined : await oldTable(definition, rename, names, dialect, db);
    const state = old?.isTold ? old.state : present;
    const differenceOf = (from: TableState) =>
      difference(definition, from, dialect, wishesOf(table, options), columnFinder(db, dialect));
    const found = differenceOf(state);
    if (old?.isTold) found.changes.unshift({ is: "renameTable", name: old.name, to: table });
    else if (old !== undefined) {
      notes.push(
        `${old.name} is a table of no model; it stays, unless it is ${table} (--rename ${old.name}=${table})`,
      );
      renames.push({ from: old.name, to: table }, ...differenceOf(old.state).renames);
    }
    const at = writing(definition, dialect, db);
    notes.push(...found.notes);
    renames.push(...found.renames);
    for (const change of found.changes) {
      const name = change.is === "dropIndex" ? change.index.name : "name" in change ? change.name : "";
      if (["renameColumn", "dropColumn", "dropIndex"].includes(change.is)) unused.delete(`${table}.${name}`);
      if (change.is === "renameTable") unused.delete(name);
    }
    const { steps, end } = stepsOf("expand", found.changes, state, at);
    phases.expand.push(...steps);
    phases.contract.push(...stepsOf("contract", found.changes, end, at).steps);
  }
  const [odd] = unused;
  if (odd !== undefined) {
    throw new TypeError(
      `planMigration: there is nothing to rename or drop that is called "${odd}", or a model needs it`,
    );
  }
  return { steps: [...phases.expand, ...phases.contract], notes, renames };
}
