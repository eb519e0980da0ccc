import { lettersOf } from "../query/letterCases.ts";
import type { TextTests } from "../query/sqlText.ts";
import type { TextPlace } from "../query/where.ts";
import type { Operand } from "./dialect.ts";
import { type Sql, sql } from "./sql.ts";

/** A text as its bytes, which compare without a collation. */
export const bytes = (text: Operand): Sql => sql`cast(convert(${text} using utf8mb4) as binary)`;

/** The bytes with the letters folded that a folded text has. A regular expression could run out of the server's time. */
function folded(key: Sql, text: string): Sql {
  const { ascii, others } = lettersOf(text);
  const pairs = [...ascii.map(letter => [letter, letter.toUpperCase()] as const), ...others];
  return pairs.reduce(
    (inner, [lower, upper]) => sql`replace(${inner}, ${bytes(upper)}, ${bytes(lower)})`,
    key,
  );
}

/** How bytes stand in others. */
const byteTests: Readonly<Record<TextPlace, (key: Sql, part: string) => Sql>> = {
  anywhere: (key, part) => sql`locate(${bytes(part)}, ${key}) > 0`,
  start: (key, part) => sql`left(${key}, ${Buffer.byteLength(part)}) = ${bytes(part)}`,
  end: (key, part) => sql`right(${key}, ${Buffer.byteLength(part)}) = ${bytes(part)}`,
  whole: (key, part) => sql`${key} = ${bytes(part)}`,
};

/** Looks through text as MySQL does: by its bytes. */
export const mysqlText: TextTests<Sql> = {
  contains: (ref, part) => byteTests.anywhere(bytes(ref), part),
  startsWith: (ref, part) => byteTests.start(bytes(ref), part),
  endsWith: (ref, part) => byteTests.end(bytes(ref), part),
  search: (ref, part, place) => byteTests[place](folded(bytes(ref), part), part),
};
