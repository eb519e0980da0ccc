import { parseStored } from "../../core/longNumbers.ts";
import type { TextTests } from "../query/sqlText.ts";
import type { Operation, Problem, TableNames } from "../refusals/refusal.ts";
import type { FieldKind } from "../types.ts";
import type { DialectKeys } from "./dialectKeys.ts";
import type { CreateLiving } from "./living.ts";
import { type Sql, sql } from "./sql.ts";

/** What may stand for a value in a statement: the value itself, which is bound, or SQL with the value bound in it. */
export type Operand = Sql | string | number | bigint | boolean;

/** What a database says of a column that is there. */
export interface FoundColumn {
  name: string;
  /** Its type, as the database spells it. */
  type: string;
  collation: string | null;
  nullable: "yes" | "no";
  /** How many digits a decimal has behind the point, where the type does not say. */
  scale?: number | null;
  /** The expression that it has where nothing is given, as the database writes it. */
  preset?: string | null;
  /**
   * What is kept unique in the table, the same in each row: names or expressions with commas, behind ` where ` the rows that it is
   * about, groups with line ends.
   */
  uniques?: string | null;
  /** The foreign keys of the table, the same in each row, where they were asked for. */
  foreigns?: string | null;
}

/** One way to compare a column with a value: what stands left and right of `=`. */
export type Equality = readonly [key: Sql, bind: (value: unknown) => Operand];

/** How one column holds the values of its field. */
export interface SqlColumn {
  readonly name: string;
  readonly kind: FieldKind;
  /** Whether it may hold null. */
  readonly nullable: boolean;
  /** What is selected, for `decode`. */
  readonly read: Sql;
  /** What sorts and compares as the values do. */
  readonly key: Sql;
  /** A value to store, which is not null. */
  store(value: unknown): Operand;
  /** A value to compare `key` with. */
  bind(value: unknown): Operand;
  /** The inverse of `store`, of what was read. */
  decode(stored: unknown): unknown;
  /** Where one value has many keys: the least of them, and the least beyond them. */
  range?(value: unknown): readonly [from: Operand, to: Operand];
  /** What must all be equal, where `key = bind` serves no index. */
  readonly equality?: readonly Equality[];
  /** Why a value would not be stored to the digit; `undefined` when it would. */
  loses?(value: unknown): string | undefined;
  /** What its text is to the database, where that compares it with none of another form. */
  readonly form?: string;
  /** Whether the column could hold this value; without it any. */
  accepts?(value: unknown): boolean;
  /** What a cursor holds of a row, where the value itself is less precise than what it is ordered by. */
  readonly position?: {
    readonly kind: FieldKind;
    of(stored: unknown): unknown;
    bind(value: unknown): Operand;
  };
}

/** A column as statements read it. */
export interface ReadColumn extends SqlColumn {
  /** What it is called in a result. */
  readonly alias: string;
}

/** The columns of a table by their fields. */
export type SqlColumns = Readonly<Record<string, ReadColumn>>;

/** What a column of a new table is for; keys may need another type than what is only stored. */
export type ColumnUse = "id" | "unique" | "plain";

/** A statement that failed. */
export interface Failure {
  readonly error: unknown;
  readonly names: TableNames;
  readonly operation: Operation;
  /** The columns that it wrote, without those that became null. */
  readonly written: readonly string[];
  /** Runs a query beside it. */
  ask<R>(query: Sql<R>): Promise<readonly R[]>;
}

/** What differs from one database to the next. */
export interface Dialect {
  readonly name: "sqlite" | "postgres" | "mysql";
  /** Whether `returning` follows insert and update. */
  readonly returning: "both" | "none";
  /** What keeps the rows of a select from others, behind it; nothing where a transaction does that alone. */
  readonly lock: Sql;
  /** Whether `create table` commits what is open. */
  readonly createCommits: boolean;
  /** An insert of no values, behind the table's name. */
  readonly noValues: Sql;
  /** What comes behind an insert, given the columns, where only some servers take it. */
  insertEnd?(columns: Sql): Sql;
  /** Creates a table of which rows that are deleted stay, and are not in the way of others. */
  readonly createLiving: CreateLiving;
  /** The type of a column in `create table`. */
  columnType(kind: FieldKind, use: ColumnUse): string;
  /** Whether values are written and read by what the database says of a column. */
  readonly asksColumns: boolean;
  /** How a table comes to its foreign keys. */
  readonly keys: DialectKeys;
  /** Asks what columns the table has, and which foreign keys. */
  inspect(table: string, withKeys?: boolean): Sql<FoundColumn>;
  /** Whether a column that is there takes the values of a kind, and gives them back as they were. */
  holds(kind: FieldKind, found: FoundColumn): boolean;
  /** @param found what the database says of it; absent where the table is as `columnType` makes it */
  column(name: string, kind: FieldKind, found: FoundColumn | undefined): SqlColumn;
  /** How a column of text is looked through. */
  readonly text: TextTests<Sql>;
  /** One step of an order: nulls first ascending, last descending. */
  order(column: SqlColumn, descending: boolean): Sql;
  /** What an error means; `undefined` for one that only a log can explain. */
  problemOf(error: unknown, names: TableNames): Problem | undefined;
  /** Asks the database for what an error leaves open; a new list of fields, or another kind of problem. */
  explained?(problem: Problem, failure: Failure): Promise<Problem>;
  /** Whether an error of `create table` says that another process was faster. */
  isCreated?(error: unknown): boolean;
}

/** JSON as it was read: some drivers and plugins of Kysely have parsed it already. */
export function readJson(stored: unknown): unknown {
  return typeof stored === "string" ? parseStored(stored) : stored;
}

/** A name without what plugins of Kysely change of names: capitals and underscores. */
export const plainName = (name: string): string => name.replaceAll("_", "").toLowerCase();

/** Whether two names differ in their capitals and underscores alone. */
export const isAlike = (name: string, other: string): boolean => plainName(name) === plainName(other);

/** The name that is meant by one in an error: itself, or that which a plugin of Kysely's writes otherwise. */
export function nameAmong(names: readonly string[], name: string): string | undefined {
  return names.find(one => one === name) ?? names.find(one => isAlike(one, name));
}

/** A date in microseconds since 1970, in which databases count. */
export function microsOf(date: Date): bigint {
  return BigInt(date.getTime()) * 1000n;
}

/** The date that a moment in microseconds falls into, to the millisecond, downwards. */
function dateOfMicros(micros: bigint): Date {
  const rest = ((micros % 1000n) + 1000n) % 1000n;
  return new Date(Number((micros - rest) / 1000n));
}

/** The moment as `YYYY-MM-DDTHH:MM:SS.ffffff`, and its year, which may be below 1. */
export function momentOf(micros: bigint): { year: number; rest: string } {
  const date = dateOfMicros(micros);
  const below = String(((micros % 1000n) + 1000n) % 1000n).padStart(3, "0");
  return { year: date.getUTCFullYear(), rest: `${date.toISOString().slice(-20, -1)}${below}` };
}

/** The first and the last microsecond that a `Date` holds. */
const ends = [-8_640_000_000_000_000_000n, 8_640_000_000_000_000_999n] as const;

/** The moment, or the end of what there is that is nearest to it. */
export function within(micros: bigint, least: bigint, most: bigint): bigint {
  if (micros < least) return least;
  return micros > most ? most : micros;
}

/** What all dates have in common that are stored more precisely than to the millisecond. */
export function preciseDate(
  name: string,
  nullable: boolean,
  read: Sql,
  bind: (micros: bigint) => Sql,
  micros: (stored: unknown) => bigint,
): SqlColumn {
  const at = (value: unknown): bigint => microsOf(value as Date);
  const bound = (value: bigint): Sql => bind(within(value, ...ends));
  return {
    name,
    kind: "date",
    nullable,
    read,
    key: sql.id(name),
    store: value => bind(at(value)),
    bind: value => bind(at(value)),
    decode: stored => dateOfMicros(micros(stored)),
    range: value => [bound(at(value)), bound(at(value) + 1000n)],
    position: { kind: "bigint", of: micros, bind: value => bound(value as bigint) },
  };
}
