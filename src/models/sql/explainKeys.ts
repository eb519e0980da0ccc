import { type Operation, type Problem, sideOf } from "../refusals/refusal.ts";
import type { Column } from "./columns.ts";
import type { SqlTarget } from "./compile.ts";
import type { TableDefinition } from "./ddl.ts";
import { referringIn } from "./definitions.ts";
import type { SqlColumn } from "./dialect.ts";
import { type Sql, sql } from "./sql.ts";
import type { TableKey } from "./tableKey.ts";

/** A statement that a foreign key has refused. */
export interface KeyFailure {
  readonly error: unknown;
  readonly operation: Operation;
  /** What it wrote. */
  readonly written: Readonly<Record<string, unknown>>;
  /** Which rows it was about, where they are still there. */
  readonly where?: Sql | undefined;
  /** Runs a query beside it. */
  ask(query: Sql): Promise<readonly unknown[]>;
}

interface Referring {
  readonly table: TableDefinition;
  readonly key: TableKey<TableDefinition>;
}

/** Another model's relation that can't be says so when that model is used. */
function keysOf({ foreignKeys }: TableDefinition): readonly TableKey<TableDefinition>[] {
  try {
    return foreignKeys?.() ?? [];
  } catch {
    return [];
  }
}

const listed = (names: readonly string[]): Sql => sql.join(names.map(name => sql.id(name)));

const plain = (text: string): string => text.replaceAll("_", "").toLowerCase();

/** What an error names: databases quote the names in their messages, and some drivers have them apart. */
function namesIn(error: unknown): (name: string) => boolean {
  const { message, constraint, constraint_name, table, table_name } = error as Record<string, unknown>;
  const said = plain(`${message} "${constraint ?? constraint_name}" "${table ?? table_name}"`);
  return name => said.includes(`"${plain(name)}"`) || said.includes(`\`${plain(name)}\``);
}

/** The relation by which others refer to a row, as far as the models say it that were made. */
async function referrerOf(
  definition: TableDefinition,
  { dialect }: SqlTarget,
  { error, operation, written, where, ask }: KeyFailure,
): Promise<string | undefined> {
  const isChanged = (name: string): boolean =>
    written[(definition.columns[name] as Column).field] !== undefined;

  const all = [...referringIn(definition)].flatMap(table => keysOf(table).map(key => ({ table, key })));
  const refusing = all.filter(
    ({ key: { to, onDelete, references } }) =>
      to === definition &&
      (operation === "delete"
        ? onDelete === "noAction" || onDelete === "restrict"
        : references.some(isChanged)),
  );
  const nameOf = ({ table, key }: Referring): string => `${table.name}.${key.relations[0]}`;
  if (dialect.name === "sqlite") {
    for (const found of where === undefined ? [] : refusing) {
      const { columns, references } = found.key;
      const rows = sql`select ${listed(references)} from ${sql.table(definition.table)} where ${where}`;
      const referring = sql`select 1 from ${sql.table(found.table.table)} where (${listed(columns)}) in (${rows}) limit 1`;
      if ((await ask(referring)).length > 0) return nameOf(found);
    }
    return undefined;
  }
  const isNamed = namesIn(error);
  const byKey = all.filter(({ key }) => isNamed(key.name));
  const byTable = refusing.filter(({ table }) =>
    isNamed(table.table.slice(table.table.lastIndexOf(".") + 1)),
  );
  const [found, other] = byKey.length > 0 ? byKey : byTable;
  return found && !other ? nameOf(found) : undefined;
}

/** The foreign keys that a row breaks, of a database that does not say it. */
async function brokenKeys(
  keys: readonly TableKey<TableDefinition>[],
  definition: TableDefinition,
  { columns }: SqlTarget,
  { written, ask }: KeyFailure,
): Promise<TableKey<TableDefinition>[]> {
  const broken: TableKey<TableDefinition>[] = [];
  for (const key of keys) {
    const fields = key.columns.map(name => (definition.columns[name] as Column).field);
    const values = fields.map(field => written[field] ?? null);
    if (values.includes(null)) continue;
    const same = key.references.map((name, at) => {
      const column = columns[fields[at] as string] as SqlColumn;
      return sql`${sql.id(name)} = ${column.store(values[at])}`;
    });
    const there = sql`select 1 from ${sql.table(key.to.table)} where ${sql.join(same, sql.raw(" and "))} limit 1`;
    if ((await ask(there)).length === 0) broken.push(key);
  }
  return broken;
}

const sorted = (names: readonly string[]): string => [...names].sort().join();

/** Says of what a foreign key has refused which relation it is of: the field that refers to nothing, or who refers to the row. */
export async function explainKeys(
  problem: Problem,
  definition: TableDefinition,
  target: SqlTarget,
  failure: KeyFailure,
): Promise<Problem> {
  const keys = keysOf(definition);
  if (sideOf(problem.is, failure.operation) === "referred") {
    const by = await referrerOf(definition, target, failure);
    return by === undefined ? problem : { ...problem, by };
  }
  const isOpen = problem.fields.length !== 1 && target.dialect.name === "sqlite";
  const isNamed = namesIn(failure.error);
  const [broken] = isOpen
    ? await brokenKeys(keys, definition, target, failure)
    : keys.filter(({ name, columns }) => sorted(columns) === sorted(problem.fields) || isNamed(name));
  return broken === undefined ? problem : { ...problem, fields: [broken.faulty] };
}
