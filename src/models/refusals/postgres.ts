import { fieldsIn, fieldsOfColumn, type Problem, parenthesized, type TableNames } from "./refusal.ts";

/** What drivers say of an error; some write the names of their fields in full. */
type PostgresDetails = Readonly<
  Record<
    | "code"
    | "message"
    | "detail"
    | "table"
    | "table_name"
    | "column"
    | "column_name"
    | "constraint"
    | "constraint_name",
    unknown
  >
>;

const state = /^[\dA-Z]{5}$/;

/** Drivers over HTTP say the SQLSTATE in the message. */
export function postgresState(error: unknown): string | undefined {
  const { code, message } = error as PostgresDetails;
  if (typeof code === "string" && state.test(code)) return code;
  const text = String(message);
  const at = text.lastIndexOf("SQLState: ");
  const found = at < 0 ? "" : text.slice(at + 10, at + 15);
  return state.test(found) ? found : undefined;
}

const kinds: Readonly<Record<string, Problem["is"]>> = {
  "23001": "referred",
  "23502": "missing",
  "23503": "reference",
  "23505": "duplicate",
  "23514": "impossible",
  "23P01": "duplicate",
  // Data exceptions of a value, not of an expression: length, range, date, encoding, form, JSON.
  "22001": "tooLong",
  "22003": "invalidValue",
  "22007": "invalidValue",
  "22008": "invalidValue",
  "22009": "invalidValue",
  "22021": "invalidValue",
  "22026": "invalidValue",
  "22030": "invalidValue",
  "22032": "invalidValue",
  "22P02": "invalidValue",
  "22P03": "invalidValue",
  "22P05": "invalidValue",
  // More than an index, or a row, can hold.
  "54000": "tooLong",
  "40001": "serializationFailure",
  "40P01": "serializationFailure",
  "55P03": "busy",
  "57014": "busy",
  "53300": "busy",
  "57P03": "busy",
};

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** What stands behind the first words, up to the next quote: a name that PostgreSQL puts into its message. */
function quotedAfter(message: string, words: string): string {
  const start = message.indexOf(`${words} "`);
  if (start < 0) return "";
  const from = start + words.length + 2;
  const end = message.indexOf('"', from);
  return end < 0 ? "" : message.slice(from, end);
}

/** `Key (email, lower(name))=(…)`: the columns and expressions of a key, before any value. */
function keyOf(details: PostgresDetails): string | undefined {
  for (const text of [textOf(details.detail), textOf(details.message)]) {
    const end = text.indexOf(")=(");
    if (end >= 0) return parenthesized(text);
  }
  return undefined;
}

/** A constraint that nobody has named is called by its table, its columns and what it is. */
function fieldsOfConstraint(name: string, names: TableNames): string[] {
  const { table, idKey, unique } = names;
  if (name.endsWith("_pkey")) return [idKey];
  const own = unique.find(group => {
    const joined = group.join("_");
    return (
      name === joined ||
      name.endsWith(`_${joined}_key`) ||
      name.endsWith(`_${joined}_idx`) ||
      name.endsWith(`_${joined}_living`)
    );
  });
  if (own) return [...own];
  const end = name.lastIndexOf("_");
  const start = name.startsWith(`${table}_`) ? table.length + 1 : 0;
  return fieldsOfColumn(name.slice(start, end), names);
}

/**
 * What an error of PostgreSQL means, whichever driver threw it. The values that are in its messages are never looked at.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function postgresProblem(error: unknown, names: TableNames): Problem | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const code = postgresState(error);
  const is = code === undefined ? undefined : kinds[code];
  if (is === undefined) return undefined;
  const details = error as PostgresDetails;
  const message = textOf(details.message);
  if (is === "reference") {
    const table = details.table ?? details.table_name ?? quotedAfter(message, "on table");
    if (textOf(table) !== names.table) return { is: "referred", fields: [] };
  }
  const column = textOf(details.column ?? details.column_name) || quotedAfter(message, "column");
  if (is === "missing") return { is, fields: fieldsOfColumn(column, names) };
  if (!["duplicate", "reference", "impossible"].includes(is)) return { is, fields: [] };
  const key = keyOf(details);
  if (key !== undefined) return { is, fields: fieldsIn(key, names) };
  const constraint =
    textOf(details.constraint ?? details.constraint_name) || quotedAfter(message, "constraint");
  return { is, fields: fieldsOfConstraint(constraint, names) };
}
