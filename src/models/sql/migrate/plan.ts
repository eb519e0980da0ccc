import type { DefinedTable } from "../definitions.ts";
import { tableOf } from "../definitions.ts";
import { columnFinder } from "../found.ts";
import { readTable } from "./catalog.ts";
import { difference, type Wishes } from "./difference.ts";
import { dropTableStep } from "./dropTables.ts";
import { byReference, plannedKeys } from "./keyPlan.ts";
import { oldTable } from "./oldTable.ts";
import { checkRenames } from "./renames.ts";
import { stepsOf } from "./steps.ts";
import type { Change, MigrationPlan, Step, TableState } from "./types.ts";
import { writing } from "./writing.ts";

/** What a plan is told besides the models. */
export interface PlanOptions {
  /** Columns that have new names, of tables by their new ones, and such tables: `{ "tasks.name": "title", Task: "tasks" }`. */
  readonly rename?: Readonly<Record<string, string>>;
  /** Columns, indexes (`tasks.note`) and whole tables that no model has and that may go. */
  readonly drop?: readonly string[];
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

/** A table of which the foreign keys lead to the new names of tables and columns. */
function withNewNames(state: TableState, options: PlanOptions): TableState {
  const keys = state.keys.map(key => {
    const table = options.rename?.[key.table] ?? key.table;
    const names = new Map([...wishesOf(table, options).renamed].map(([to, from]) => [from, to]));
    return { ...key, table, references: key.references.map(name => names.get(name) ?? name) };
  });
  return { ...state, keys };
}

/** What a change renames or drops. */
function nameIn(change: Change): string | undefined {
  if (change.is === "dropIndex") return change.index.name;
  if (change.is === "dropForeignKey") return change.key.name;
  return change.is === "renameColumn" || change.is === "dropColumn" ? change.name : undefined;
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
 * @throws TypeError on models of another kind, on a name that is not there, and on two renames to one name
 * @example
 * const { steps } = await planMigration([Users, Posts], { rename: { "posts.name": "title" } });
 */
export async function planMigration(
  models: readonly object[],
  options: PlanOptions = {},
): Promise<MigrationPlan> {
  const tables = byReference(tablesOf("planMigration", models));
  const [{ dialect, db }] = tables as [DefinedTable];
  const states = new Map<string, TableState>();
  async function stateOf(table: string): Promise<TableState> {
    const state = states.get(table) ?? (await readTable(table, dialect, db));
    states.set(table, state);
    return state;
  }
  const names = tables.map(({ definition }) => definition.table);
  const { rename = {} } = options;
  checkRenames(rename, names);
  const notes: string[] = [];
  const renames: MigrationPlan["renames"][number][] = [];
  const phases: Record<Step["phase"], Step[]> = { expand: [], contract: [] };
  /** What needs the tables of others as they are in the end of a phase. */
  const later: (() => void)[] = [];
  const freed = new Map<string, ReadonlySet<string>>();
  const unused = new Set([...Object.keys(options.rename ?? {}), ...(options.drop ?? [])]);
  for (const [index, { definition }] of tables.entries()) {
    const { table } = definition;
    const present = await stateOf(table);
    const old =
      present.columns.length > 0 ? undefined : await oldTable(definition, rename, names, dialect, db);
    const state = withNewNames(old?.isTold ? old.state : present, options);
    states.set(table, state);
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
      const name = nameIn(change);
      if (name !== undefined) unused.delete(`${table}.${name}`);
      if (change.is === "renameTable") unused.delete(change.name);
    }
    const before = await Promise.all(names.map(async name => (await stateOf(name)).columns.length > 0));
    const changes = await plannedKeys(found.changes, definition, state, dialect, {
      stateOf,
      isBefore: table => names.indexOf(table) < index || before[names.indexOf(table)] === true,
      isPlanned: table => names.includes(table),
    });
    const isLater = ({ is }: Change): boolean =>
      dialect.name !== "sqlite" && (is === "addForeignKey" || is === "setForeignKey");
    const first = stepsOf(
      "expand",
      changes.filter(change => !isLater(change)),
      state,
      at,
    );
    phases.expand.push(...first.steps);
    later.push(() => {
      const { steps, end } = stepsOf("expand", changes.filter(isLater), first.end, at);
      phases.expand.push(...steps);
      const last = stepsOf("contract", changes, end, at);
      phases.contract.push(...last.steps);
      freed.set(definition.table, new Set(last.end.keys.map(({ table }) => table)));
    });
  }
  for (const add of later) add();
  for (const table of options.drop ?? []) {
    if (!unused.has(table) || names.some(name => name === table || table.startsWith(`${name}.`))) continue;
    const isFreed = (other: string): boolean => freed.get(other)?.has(table) === false;
    const step = await dropTableStep(table, dialect, db, isFreed);
    if (step === undefined) continue;
    unused.delete(table);
    phases.contract.push(step);
  }
  const [odd] = unused;
  if (odd !== undefined) {
    throw new TypeError(
      `planMigration: there is nothing to rename or drop that is called "${odd}", or a model needs it`,
    );
  }
  return { steps: [...phases.expand, ...phases.contract], notes, renames };
}
