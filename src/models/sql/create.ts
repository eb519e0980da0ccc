import type { QueryExecutorProvider } from "kysely";
import { Conflict } from "../../core/errors.ts";
import type { Field } from "../fields/fields.ts";
import type { FieldKind } from "../types.ts";
import type { SqlTarget } from "./compile.ts";
import { type ColumnUse, type Dialect, type FoundColumn, fieldNamed } from "./dialect.ts";
import { type Sql, sql } from "./sql.ts";
import { runOnce } from "./statements.ts";

/** A column: a field of which the kind is known. */
export interface Column extends Field {
  kind: FieldKind;
}

/** What is known of a table. */
export interface TableDefinition {
  /** The model's name, for messages. */
  name: string;
  table: string;
  idKey: string;
  fields: Readonly<Record<string, Column>>;
  unique: readonly (readonly string[])[];
  /** Whether to create the table when it is missing. */
  create: boolean;
}

/** Learns what the columns of a table are, and creates it if need be, through a database or one of its transactions. */
export type OpenTable = (on: QueryExecutorProvider) => Promise<SqlTarget>;

/** The tables of a database that can't be created within a transaction, because that would end it. */
const openers: WeakMap<object, Set<OpenTable>> = /* @__PURE__ */ new WeakMap();

/** Opens the tables that a transaction can't create. */
export async function openTables(db: QueryExecutorProvider): Promise<void> {
  for (const open of openers.get(db) ?? []) await open(db);
}

/**
 * Makes a function that looks for a table, creates it when it is missing and `create` says so, and gives its columns. The work is
 * done once; after a failure, or in a transaction that may be rolled back, it is done again.
 *
 * @param db a Kysely instance
 */
export function openTable(
  db: QueryExecutorProvider,
  definition: TableDefinition,
  dialect: Dialect,
): OpenTable {
  const { table, fields, create } = definition;
  const opening = new WeakMap<object, Promise<SqlTarget>>();
  let known: Promise<SqlTarget> | undefined;

  async function found(on: QueryExecutorProvider): Promise<readonly FoundColumn[]> {
    if (!dialect.inspect) return [];
    return (await runOnce(dialect.inspect(table), on)).rows;
  }

  function target(list: readonly FoundColumn[]): SqlTarget {
    const columns = Object.entries(fields).map(([name, { kind }]) => {
      const present = list.find(one => fieldNamed(one.name, [name]) === name);
      return [name, dialect.column(name, kind, present)] as const;
    });
    return { dialect, columns: Object.fromEntries(columns) };
  }

  async function opened(on: QueryExecutorProvider): Promise<SqlTarget> {
    const there = await found(on);
    if (there.length > 0) {
      const made = target(there);
      known = Promise.resolve(made);
      return made;
    }
    if (!create) {
      if (dialect.inspect) opening.delete(on);
      return target([]);
    }
    try {
      await runOnce(createTable(definition, dialect), on);
    } catch (error) {
      if (!dialect.isCreated?.(error)) throw error;
      // The error has ended the transaction.
      if (on !== db) throw new Conflict("Somebody else was faster", { cause: error });
    }
    // Another process may have been faster, and its columns may be other than ours.
    const made = target(await found(on));
    if (on === db) known = Promise.resolve(made);
    return made;
  }

  function open(on: QueryExecutorProvider): Promise<SqlTarget> {
    const current = known ?? opening.get(on);
    if (current !== undefined) return current;
    const started = opened(on).catch(error => {
      opening.delete(on);
      throw error;
    });
    opening.set(on, started);
    return started;
  }

  if (create && dialect.createCommits) openers.set(db, (openers.get(db) ?? new Set()).add(open));
  return open;
}

function createTable({ table, idKey, fields, unique }: TableDefinition, dialect: Dialect): Sql {
  const keyed = new Set(unique.flat());
  const columns = Object.entries(fields).map(([name, { kind }]) => {
    const other: ColumnUse = keyed.has(name) ? "unique" : "plain";
    return sql`${sql.id(name)} ${sql.raw(dialect.columnType(kind, name === idKey ? "id" : other))}`;
  });
  const constraints = unique.map(group => sql`unique (${sql.join(group.map(name => sql.id(name)))})`);
  return sql`create table if not exists ${sql.table(table)} (${sql.join([...columns, ...constraints])})`;
}
