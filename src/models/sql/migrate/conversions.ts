import type { FieldKind } from "../../types.ts";
import type { Dialect } from "../dialect.ts";

/** How the values of a column become those of another type. */
export interface Conversion {
  /** The new value, of the old column. */
  readonly using: string;
  /** What is true of a value that would be lost. */
  readonly refuses?: string;
}

type Family = "text" | "integer" | "real" | "boolean" | "date" | "json";

const families: readonly (readonly [RegExp, Family])[] = [
  [/bool/i, "boolean"],
  [/int|serial/i, "integer"],
  [/char|text|clob|enum/i, "text"],
  [/real|floa|doub|numeric|decimal/i, "real"],
  [/time|date/i, "date"],
  [/json/i, "json"],
];

/** Whole numbers, and numbers with a fraction, in the regular expressions of PostgreSQL and MySQL. */
const whole = "'^-?[0-9]+$'";
const numeric = "'^-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?$'";

type Convert = (column: string) => Conversion;
type Conversions = Partial<Record<`${Family} ${FieldKind}`, Convert>>;

const cast =
  (type: string, refuses?: (column: string) => string): Convert =>
  column => ({ using: `cast(${column} as ${type})`, ...(refuses && { refuses: refuses(column) }) });
const isFraction = (column: string): string => `${column} <> round(${column})`;

const onPostgres: Conversions = {
  "text integer": cast("bigint", column => `${column} !~ ${whole}`),
  "text bigint": cast("bigint", column => `${column} !~ ${whole}`),
  "text real": cast("double precision", column => `${column} !~ ${numeric}`),
  "text decimal": cast("numeric", column => `${column} !~ ${numeric}`),
  "text date": cast("timestamptz"),
  "integer text": cast("text"),
  "integer real": cast("double precision"),
  "integer decimal": cast("numeric"),
  "integer boolean": column => ({ using: `${column} <> 0`, refuses: `${column} not in (0, 1)` }),
  "integer date": column => ({ using: `to_timestamp(${column} / 1000.0)` }),
  "real text": cast("text"),
  "real integer": cast("bigint", isFraction),
  "real bigint": cast("bigint", isFraction),
  "real decimal": cast("numeric"),
  "boolean text": cast("text"),
  "boolean integer": column => ({ using: `cast(cast(${column} as integer) as bigint)` }),
  "date integer": column => ({ using: `cast(extract(epoch from ${column}) * 1000 as bigint)` }),
  "json text": cast("text"),
};

const onMysql: Conversions = {
  "text integer": cast("signed", column => `${column} not regexp ${whole}`),
  "text bigint": cast("signed", column => `${column} not regexp ${whole}`),
  "text real": cast("double", column => `${column} not regexp ${numeric}`),
  "integer text": cast("char"),
  "integer real": cast("double"),
  "real text": cast("char"),
  "real integer": cast("signed", isFraction),
  "real bigint": cast("signed", isFraction),
};

const isOther = (column: string): string => `cast(cast(${column} as integer) as text) <> ${column}`;

const onSqlite: Conversions = {
  "text integer": cast("integer", isOther),
  "text bigint": cast("integer", isOther),
  "text real": cast("real", column => `(${column} glob '*[^0-9.eE+-]*' or ${column} = '')`),
  "integer text": cast("text"),
  "real text": cast("text"),
  "real integer": cast("integer", isFraction),
  "real bigint": cast("integer", isFraction),
};

const all: Record<Dialect["name"], Conversions> = {
  sqlite: onSqlite,
  postgres: onPostgres,
  mysql: onMysql,
};

/**
 * How a column becomes one of another kind.
 *
 * @param column its name, quoted
 * @returns `undefined` where no statement does it that loses nothing in silence
 */
export function conversion(
  column: string,
  type: string,
  kind: FieldKind,
  dialect: Dialect,
): Conversion | undefined {
  const family = families.find(([pattern]) => pattern.test(type))?.[1];
  return family && all[dialect.name][`${family} ${kind}`]?.(column);
}
