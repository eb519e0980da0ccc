import {
  fieldsIn,
  fieldsOfColumn,
  type Operation,
  type Problem,
  parenthesized,
  type TableNames,
} from "./refusal.ts";

/** Primary result codes; the extended ones have them in their lowest byte. */
const primary: Readonly<Record<number, "busy" | "tooLong" | "invalidValue">> = {
  5: "busy",
  6: "busy",
  18: "tooLong",
  20: "invalidValue",
};

/** SQLITE_BUSY_SNAPSHOT: what a transaction has read is old, and waiting does not help. */
const staleSnapshot = 517;

/** The names that drivers have for the codes above. */
const named: readonly (readonly [name: string, code: number])[] = [
  ["SQLITE_BUSY_SNAPSHOT", staleSnapshot],
  ["SQLITE_BUSY", 5],
  ["SQLITE_LOCKED", 6],
  ["SQLITE_TOOBIG", 18],
  ["SQLITE_MISMATCH", 20],
];

/** What SQLite says in words, which it never translates; some drivers give nothing else. */
const worded: readonly (readonly [words: string, code: number])[] = [
  ["database is locked", 5],
  ["database table is locked", 6],
  ["string or blob too big", 18],
  ["datatype mismatch", 20],
];

function codeOf({ errcode, rawCode, code }: Record<string, unknown>, message: string): number | undefined {
  const number = errcode ?? rawCode;
  if (typeof number === "number") return number;
  const text = typeof code === "string" ? code : "";
  const found =
    named.find(([name]) => text.startsWith(name)) ?? worded.find(([words]) => message.includes(words));
  return found?.[1];
}

const constraints: readonly (readonly [words: string, is: Problem["is"]])[] = [
  ["UNIQUE constraint failed", "duplicate"],
  ["NOT NULL constraint failed", "missing"],
  ["CHECK constraint failed", "impossible"],
  ["FOREIGN KEY constraint failed", "reference"],
  ["PRIMARY KEY must be unique", "duplicate"],
];

/** Of a table that is `strict`. */
const wrongType = "cannot store ";

/**
 * What an error of SQLite means, whichever driver threw it. Its messages have the names of columns and no values.
 *
 * @see https://sqlite.org/rescode.html
 */
export function sqliteProblem(error: unknown, names: TableNames): Problem | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const message = String((error as Error).message);
  for (const [words, is] of constraints) {
    const at = message.indexOf(words);
    if (at >= 0) return { is, fields: fieldsIn(message.slice(at + words.length), names) };
  }
  if (message.includes(wrongType)) return { is: "invalidValue", fields: fieldsIn(message, names) };
  const code = codeOf(error as Record<string, unknown>, message);
  if (code === undefined) return undefined;
  const is = code === staleSnapshot ? "serializationFailure" : primary[code & 0xff];
  return is && { is, fields: [] };
}

/** The index that an error names, where it is one of expressions. */
function indexOf(error: unknown): string | undefined {
  const message = String((error as Error).message);
  const start = message.indexOf("index '");
  return start < 0 ? undefined : message.slice(start + 7, message.lastIndexOf("'"));
}

/** What the database can be asked when an error leaves something open. */
export interface SqliteCatalog {
  /** `select sql from sqlite_master where name = ?`: how an index was made. */
  indexText(name: string): Promise<string | undefined>;
  /** `select "from" from pragma_foreign_key_list(?)`: the columns of a table that refer to others. */
  references(table: string): Promise<readonly string[]>;
}

/**
 * SQLite says of an index of expressions only its name, and nothing of a reference: neither its columns, nor which side of
 * it was broken.
 *
 * @param written the fields that the statement wrote, without those that became null
 */
export async function explainSqlite(
  problem: Problem,
  error: unknown,
  operation: Operation,
  written: readonly string[],
  names: TableNames,
  catalog: SqliteCatalog,
): Promise<Problem> {
  const index = problem.is === "duplicate" ? indexOf(error) : undefined;
  if (index !== undefined) {
    const text = (await catalog.indexText(index)) ?? "";
    return { ...problem, fields: fieldsIn(parenthesized(text) ?? "", names) };
  }
  if (problem.is !== "reference" || operation === "delete") return problem;
  const columns = await catalog.references(names.table);
  const broken = columns
    .flatMap(column => fieldsOfColumn(column, names))
    .filter(field => written.includes(field));
  return broken.length === 0 ? { is: "referred", fields: [] } : { ...problem, fields: broken };
}
