import { type Column, getTableColumns, type SQL, sql, type Table } from "drizzle-orm";
import { parseStored } from "../../core/longNumbers.ts";
import { checkKind } from "../fields/checkValue.ts";
import { checkFieldNames } from "../fields/fields.ts";
import { lostBeyond, lostInSqlite, wholeNumber } from "../fields/storedNumber.ts";
import type { FieldKind } from "../types.ts";

/** How a column's values stand in the database, where that is not how they compare. */
export type ColumnForm =
  /** As they compare. */
  | "plain"
  /** Text of a PostgreSQL column, which compares by its collation: `"C"` is by code point. */
  | "collated"
  /** PostgreSQL shows it as text, and stores something else: dates, enums, addresses. */
  | "shown"
  /** PostgreSQL keeps microseconds, JavaScript milliseconds. */
  | "micros"
  /** Whole numbers of 64 bits, which Drizzle would read as those of JavaScript. */
  | "whole"
  /** SQLite seconds since 1970. */
  | "seconds"
  /** Text of {@link sqliteDecimal}. */
  | "sortable"
  /** A UUID of PostgreSQL, which takes nothing else. */
  | "uuid"
  /** JSON as text, as SQLite keeps it. */
  | "jsonText"
  /** JSON that PostgreSQL understands, once it is cast to `jsonb`. */
  | "jsonb"
  /** An array of PostgreSQL. */
  | "array";

/** A column of a Drizzle table as conditions and orders use it. */
export interface DrizzleColumn {
  /** The field's name; the column's own may differ. */
  name: string;
  column: Column;
  kind: FieldKind;
  form: ColumnForm;
}

/** The columns of a table by field. */
export type DrizzleColumns = Readonly<Record<string, DrizzleColumn>>;

/** The type that `sqliteDecimal` gives its columns. SQLite reads TEXT in it, and so keeps values as they are written. */
export const decimalType: string = "decimal_text";

type KnownColumn = readonly [kind: FieldKind, form: ColumnForm];

const known: Readonly<Record<string, KnownColumn>> = {
  SQLiteText: ["text", "plain"],
  SQLiteInteger: ["integer", "plain"],
  SQLiteReal: ["real", "plain"],
  SQLiteBoolean: ["boolean", "plain"],
  SQLiteTimestamp: ["date", "plain"],
  SQLiteNumeric: ["decimal", "plain"],
  SQLiteNumericNumber: ["real", "plain"],
  SQLiteNumericBigInt: ["bigint", "plain"],
  SQLiteTextJson: ["json", "jsonText"],
  PgText: ["text", "collated"],
  PgVarchar: ["text", "collated"],
  PgChar: ["text", "collated"],
  PgUUID: ["text", "uuid"],
  PgInteger: ["integer", "plain"],
  PgSmallInt: ["integer", "plain"],
  PgSerial: ["integer", "plain"],
  PgSmallSerial: ["integer", "plain"],
  PgBigInt53: ["integer", "whole"],
  PgBigSerial53: ["integer", "whole"],
  PgBigInt64: ["bigint", "plain"],
  PgBigSerial64: ["bigint", "plain"],
  PgReal: ["real", "plain"],
  PgDoublePrecision: ["real", "plain"],
  PgNumeric: ["decimal", "plain"],
  PgNumericNumber: ["real", "plain"],
  PgNumericBigInt: ["bigint", "plain"],
  PgBoolean: ["boolean", "plain"],
  PgTimestamp: ["date", "micros"],
  PgDate: ["date", "plain"],
  PgJson: ["json", "jsonb"],
  PgJsonb: ["json", "jsonb"],
  PgArray: ["json", "array"],
};

interface Details {
  mode?: unknown;
  precision?: unknown;
  scale?: unknown;
}

function columnOfType(column: Column): KnownColumn | undefined {
  const { columnType, dataType } = column;
  const { mode, precision } = column as Column & Details;
  if (columnType === "SQLiteTimestamp" && mode === "timestamp") return ["date", "seconds"];
  if (columnType === "SQLiteCustomColumn" && column.getSQLType() === decimalType)
    return ["decimal", "sortable"];
  if (columnType === "PgTimestamp" && typeof precision === "number" && precision <= 3)
    return ["date", "plain"];
  const found = Object.hasOwn(known, columnType) ? known[columnType] : undefined;
  return found ?? (columnType.startsWith("Pg") && dataType === "string" ? ["text", "shown"] : undefined);
}

/** What a column holds by the option, for a type that Drizzle knows nothing of. */
function columnOfKind(column: Column, kind: FieldKind): KnownColumn {
  const isPg = column.columnType.startsWith("Pg");
  if (kind === "json") return [kind, isPg ? "jsonb" : "jsonText"];
  return [kind, isPg && kind === "text" ? "shown" : "plain"];
}

/**
 * The columns of a table, and what they hold.
 *
 * @param table a table of `sqliteTable` or `pgTable`
 * @param kinds what columns of other types hold
 * @throws TypeError on a column of which neither declares the kind, or that the table has not
 */
export function drizzleColumns(table: Table, kinds: Readonly<Record<string, unknown>> = {}): DrizzleColumns {
  const all: Readonly<Record<string, Column>> = getTableColumns(table);
  checkFieldNames("drizzleModel", Object.keys(all));
  for (const [name, kind] of Object.entries(kinds)) {
    checkKind("drizzleModel", name, kind);
    if (!Object.hasOwn(all, name)) {
      throw new TypeError(`drizzleModel: option "columns" names "${name}", which is not a column`);
    }
  }
  const columns = Object.entries(all).map(([name, column]): [string, DrizzleColumn] => {
    if (!/^(SQLite|Pg)/.test(column.columnType)) {
      throw new TypeError("drizzleModel: the table must be one of SQLite or PostgreSQL");
    }
    const own = columnOfType(column);
    const kind = kinds[name] as FieldKind | undefined;
    const found = kind === undefined || kind === own?.[0] ? own : columnOfKind(column, kind);
    if (found === undefined) {
      throw new TypeError(
        `drizzleModel: can't say what column "${name}" of type ${column.columnType} holds; name it in columns`,
      );
    }
    return [name, { name, column, kind: found[0], form: found[1] }];
  });
  return Object.fromEntries(columns);
}

/** A column as it compares and sorts. */
export function comparable({ column, form }: DrizzleColumn): SQL {
  if (form === "collated") return sql`${column} collate "C"`;
  if (form === "shown") return sql`${column}::text collate "C"`;
  return form === "micros" ? sql`date_trunc('milliseconds', ${column})` : sql`${column}`;
}

/** What compares with columns of other tables as with values: text that is text to the database, UUIDs, and whole numbers. */
export function comparedForm({ kind, form }: DrizzleColumn): string | undefined {
  if (kind === "integer" || kind === "bigint") return "number";
  return kind === "text" ? (form === "uuid" ? form : kind) : undefined;
}

/** Why a column would not keep a value to the digit; `undefined` when it would. */
export function lostIn({ column, kind }: DrizzleColumn, value: unknown): string | undefined {
  if (column.columnType === "SQLiteNumeric") return lostInSqlite(String(value));
  const { precision, scale } = column as Column & Details;
  const isScaled = column.columnType.startsWith("PgNumeric") && typeof precision === "number";
  if (!isScaled || (kind !== "decimal" && kind !== "real")) return undefined;
  return lostBeyond(value, typeof scale === "number" ? scale : 0);
}

/**
 * What is selected for a column. Drizzle parses JSON once more where the driver has parsed it already, and would read
 * the text `"5"` as a number: PostgreSQL gives it as text.
 */
export function selected({ column, form }: DrizzleColumn): Column | SQL {
  if (form === "whole") return sql`${column}`.mapWith(wholeNumber);
  if (form !== "jsonb") return column;
  return sql`${column}::text`.mapWith((text: unknown): unknown => parseStored(String(text)));
}
