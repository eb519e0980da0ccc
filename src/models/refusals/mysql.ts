import { fieldsIn, fieldsOfColumn, type Problem, parenthesized, type TableNames } from "./refusal.ts";

const kinds: Readonly<Record<number, Problem["is"]>> = {
  1062: "duplicate",
  1169: "duplicate",
  1586: "duplicate",
  1217: "referred",
  1451: "referred",
  1216: "reference",
  1452: "reference",
  1048: "missing",
  1364: "missing",
  3819: "impossible",
  4025: "impossible",
  1118: "tooLong",
  1153: "tooLong",
  1406: "tooLong",
  1264: "invalidValue",
  1265: "invalidValue",
  1292: "invalidValue",
  1300: "invalidValue",
  1366: "invalidValue",
  1367: "invalidValue",
  1411: "invalidValue",
  1525: "invalidValue",
  1690: "invalidValue",
  3140: "invalidValue",
  3141: "invalidValue",
  3988: "invalidValue",
  // ER_LOCK_DEADLOCK, and ER_CHECKREAD of MariaDB.
  1020: "serializationFailure",
  1213: "serializationFailure",
  1205: "busy",
  3572: "busy",
  1040: "busy",
  1203: "busy",
  1226: "busy",
  1969: "busy",
  3024: "busy",
};

/** Drivers over HTTP say the number in the message. */
export function mysqlNumber(error: unknown): number {
  const { errno, message } = error as { errno?: unknown; message?: unknown };
  if (typeof errno === "number") return errno;
  return Number(/(?:errno|error code:?) (\d{4})\b/i.exec(String(message))?.[1]);
}

/** The first name in quotes. */
function firstQuoted(text: string): string {
  const single = text.indexOf("'");
  const back = text.indexOf("`");
  const start = single < 0 || (back >= 0 && back < single) ? back : single;
  if (start < 0) return "";
  const end = text.indexOf(text[start] as string, start + 1);
  return end < 0 ? "" : text.slice(start + 1, end);
}

/** The last name in quotes; a value, which may hold quotes itself, stands before it. */
function lastQuoted(text: string): string {
  const end = Math.max(text.lastIndexOf("'"), text.lastIndexOf("`"));
  if (end <= 0) return "";
  const start = text.lastIndexOf(text[end] as string, end - 1);
  return start < 0 ? "" : text.slice(start + 1, end);
}

const unqualified = (name: string): string => name.slice(name.lastIndexOf(".") + 1);

/** The index that a duplicate is of. */
export function mysqlIndexOf(error: unknown): string {
  return unqualified(lastQuoted(String((error as Error).message)));
}

/** An index that was given no name has that of its first column, with a number from the second such index on. */
function fieldsOfIndex(index: string, names: TableNames): string[] {
  if (index === "PRIMARY") return [names.idKey];
  const cut = index.lastIndexOf("_");
  const digits = cut < 0 ? "" : index.slice(cut + 1);
  const isNumbered = digits !== "" && Number.isInteger(Number(digits));
  const first = names.fieldOf(index);
  const base = isNumbered ? names.fieldOf(index.slice(0, cut)) : undefined;
  const groups = names.unique.filter(([name]) => name === first || name === base);
  const found = groups[(isNumbered ? Number(digits) : 1) - 1];
  return found ? [...found] : fieldsOfColumn(index, names);
}

/**
 * What an error of MySQL or MariaDB means, whichever driver threw it. The values that are in its messages are never looked
 * at.
 *
 * @see https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
 * @see https://mariadb.com/kb/en/mariadb-error-code-reference/
 */
export function mysqlProblem(error: unknown, names: TableNames): Problem | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const number = mysqlNumber(error);
  const is = kinds[number];
  if (is === undefined) return undefined;
  const message = String((error as Error).message);
  if (is === "duplicate") return { is, fields: fieldsOfIndex(mysqlIndexOf(error), names) };
  if (is === "reference") {
    const words = message.indexOf("FOREIGN KEY");
    const list = words < 0 ? undefined : parenthesized(message, words);
    return { is, fields: list === undefined ? [] : fieldsIn(list, names) };
  }
  if (is === "missing") return { is, fields: fieldsOfColumn(firstQuoted(message), names) };
  if (is === "impossible") return { is, fields: fieldsOfColumn(unqualified(firstQuoted(message)), names) };
  const isNamed = is === "tooLong" || is === "invalidValue";
  return { is, fields: isNamed ? fieldsOfColumn(lastQuoted(message), names) : [] };
}
