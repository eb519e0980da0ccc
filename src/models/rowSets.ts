import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Row } from "../core/types.ts";
import { applyChanges, type Guard } from "./changes.ts";
import { checkRow } from "./fields/checkObject.ts";
import type { Value } from "./fields/checkValue.ts";
import { canonicalJson, sameValue } from "./fields/values.ts";
import type { SetWrites } from "./query/setWrites.ts";
import { both, type ConditionTree } from "./query/where.ts";
import { checkEach, writeEach } from "./query/writeEach.ts";
import type { FieldKind } from "./types.ts";

/** A table as the rows that meet a condition are changed in it, each method in one statement. */
export interface SetTable {
  readonly kinds: Readonly<Record<string, FieldKind>>;
  /** The first rows in the order of their ids. Within {@link together} nobody else changes them until it is over. */
  matching(condition: ConditionTree | undefined, limit: number): Promise<Row[]>;
  /**
   * @param counted a column that goes up by one
   * @returns how many rows there were
   */
  updateAll(condition: ConditionTree | undefined, changes: Row, counted: string | undefined): Promise<number>;
  /** @returns how many rows there were */
  removeAll(condition: ConditionTree | undefined): Promise<number>;
  /** Keeps all that is done to the table, or nothing; absent where whoever calls is to say what belongs together, as with Drizzle. */
  together?<R>(run: (table: SetTable) => Promise<R>): Promise<R>;
}

/** What a table's rows have to be, and what guards them. */
export interface RowSetsOptions extends Guard {
  schema: StandardSchemaV1 | undefined;
  table: SetTable;
  /** Changes one row that is still as it was loaded. */
  updateRow(row: Row, changes: Row): Promise<unknown>;
}

/** So many rows are checked and written at a time. */
const chunk = 500;

const countable: readonly unknown[] = ["integer", "bigint", "real"];

/**
 * Makes the writes of all rows of a set: one statement, unless a schema has to see each whole row. Then they are read, checked
 * and written in one transaction, or, where the table has no {@link SetTable.together}, all checked and then written one by one.
 */
export function rowSets(options: RowSetsOptions): SetWrites {
  const { idKey, version, schema, table, updateRow } = options;
  const { kinds } = table;
  const isCounted = version === undefined || countable.includes(kinds[version]);
  const counted = isCounted ? version : undefined;

  const withId = (condition: ConditionTree | undefined, op: "eq" | "gt", id: unknown): ConditionTree =>
    both(condition, { op, field: idKey, kind: kinds[idKey], value: id as Value });

  /** What is to be written of one row: what is asked for, and what its schema makes of that elsewhere. */
  async function writtenOf(row: Row, changes: Row): Promise<Row> {
    const next = await checkRow(schema, kinds, applyChanges(row, changes, options));
    const isWritten = ([name, value]: [string, unknown]): boolean =>
      name !== counted && (Object.hasOwn(changes, name) || !sameValue(value, row[name]));
    const written = Object.entries(next).filter(isWritten);
    return Object.fromEntries(written.map(([name, value]) => [name, value ?? null]));
  }

  /** Rows that get the same are written together. */
  async function writeRows(inner: SetTable, rows: readonly Row[], changes: Row): Promise<number> {
    const groups = new Map<string, { written: Row; ids: Value[] }>();
    for (const row of rows) {
      const written = await writtenOf(row, changes);
      const key = canonicalJson(written);
      const group = groups.get(key) ?? { written, ids: [] };
      group.ids.push(row[idKey] as Value);
      groups.set(key, group);
    }
    let count = 0;
    for (const { written, ids } of groups.values()) {
      const isNothing = counted === undefined && Object.keys(written).length === 0;
      const those: ConditionTree = { op: "in", field: idKey, kind: kinds[idKey], values: ids };
      count += isNothing ? ids.length : await inner.updateAll(those, written, counted);
    }
    return count;
  }

  async function updateChecked(
    inner: SetTable,
    condition: ConditionTree | undefined,
    changes: Row,
  ): Promise<number> {
    let count = 0;
    let asked = condition;
    for (;;) {
      const rows = await inner.matching(asked, chunk);
      count += await writeRows(inner, rows, changes);
      if (rows.length < chunk) return count;
      asked = withId(condition, "gt", rows.at(-1)?.[idKey]);
    }
  }

  async function updateEach(condition: ConditionTree | undefined, changes: Row): Promise<number> {
    const each = {
      page: async ({ limit = 1 }) => ({ items: await table.matching(condition, limit) }),
      reload: async (row: Row) => (await table.matching(withId(condition, "eq", row[idKey]), 1))[0],
    };
    return writeEach(
      each,
      row => updateRow(row, changes),
      rows => checkEach(schema, rows, changes),
    );
  }

  return {
    version,
    schema,
    async update(condition, changes, isMark = false) {
      if ((schema === undefined || isMark) && isCounted) return table.updateAll(condition, changes, version);
      if (table.together === undefined) return updateEach(condition, changes);
      return table.together(inner => updateChecked(inner, condition, changes));
    },
    delete: condition => table.removeAll(condition),
  };
}
