import { BadRequest, Conflict, HttpError } from "../../core/errors.ts";
import { duplicate } from "../memory/uniqueIndex.ts";

/** Why a database did not do what it was asked, in words that every engine shares. */
export interface Problem {
  readonly is: ProblemKind;
  /** The fields that are at fault, as far as they are known. */
  readonly fields: readonly string[];
  /** The relation by which others refer to the row, where it is known. */
  readonly by?: string;
}

/** The kinds of problems. */
export type ProblemKind =
  | "duplicate"
  /** Others refer to the row. */
  | "referred"
  /** The row refers to nothing. */
  | "reference"
  | "missing"
  /** A value breaks a rule of the table. */
  | "impossible"
  | "tooLong"
  /** A value is too big, or of a form that the column can't hold. */
  | "invalidValue"
  /** Others were in the way and nothing was done; another try may succeed. */
  | "serializationFailure"
  /** A lock was held for too long, or the database has no room for one more. */
  | "busy";

/** What a statement does. */
export type Operation = "select" | "insert" | "update" | "delete" | "commit";

/** What the names in a database's errors stand for. */
export interface TableNames {
  /** The table, without its schema. */
  readonly table: string;
  readonly idKey: string;
  readonly unique: readonly (readonly string[])[];
  /** The field of a column; `undefined` when the model has none. */
  fieldOf(column: string): string | undefined;
}

/** Tells clients when to try again (RFC 9110 section 10.2.3). */
const soon = { "Retry-After": "1" } as const;

/** What a request gets when the database can't keep up. */
export function unavailable(cause?: unknown): HttpError {
  return new HttpError(503, "Service Unavailable", { headers: soon, expose: true, cause });
}

const sentences: Partial<Record<ProblemKind, string>> = {
  reference: "refers to what is not there",
  missing: "must not be null",
  impossible: "has a value that is not allowed",
  tooLong: "is too long",
  invalidValue: "does not fit its column",
};

/** A reference is broken from the one side by what is written, from the other by what is removed. */
export function sideOf(is: ProblemKind, operation: Operation): ProblemKind {
  if (is !== "reference" && is !== "referred") return is;
  if (operation === "delete") return "referred";
  return operation === "insert" ? "reference" : is;
}

/**
 * What the client learns of a problem.
 *
 * @param name the model's name
 * @param operation what the statement was to do
 * @param cause what may be logged of the driver's error
 */
export function refusal(problem: Problem, name: string, operation: Operation, cause: unknown): HttpError {
  const { fields, by } = problem;
  const is = sideOf(problem.is, operation);
  if (is === "busy") return unavailable(cause);
  if (is === "serializationFailure") {
    return new Conflict(`${name} is being changed by somebody else`, { headers: soon, cause });
  }
  if (is === "referred") {
    return new Conflict(`${name} is still referred to${by === undefined ? "" : ` by ${by}`}`, { cause });
  }
  if (is === "duplicate") return fields.length > 0 ? duplicate(fields) : new Conflict("Duplicate value");
  const [field] = fields;
  const isKnown = field !== undefined && fields.length === 1;
  return new BadRequest(`${isKnown ? field : "A value"} ${sentences[is]}`, {
    ...(isKnown && { field }),
    cause,
  });
}

const isWordPart = (code: number): boolean =>
  (code >= 48 && code <= 57) ||
  (code >= 65 && code <= 90) ||
  (code >= 97 && code <= 122) ||
  code === 95 ||
  code === 36 ||
  code > 127;

const quotes = "\"`'";

/** Where a quoted name or text ends that starts at `from`; a doubled quote is a quote. */
function endOfQuoted(text: string, from: number): number {
  const quote = text[from] as string;
  let at = text.indexOf(quote, from + 1);
  while (at >= 0 && text[at + 1] === quote) at = text.indexOf(quote, at + 2);
  return at < 0 ? text.length : at;
}

/** The names in a list of columns or in an expression, in one pass: no functions, types, qualifiers or texts. */
function* namesIn(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const character = text[at] as string;
    const isQuoted = quotes.includes(character);
    if (!isQuoted && !isWordPart(text.charCodeAt(at))) {
      at++;
      continue;
    }
    const from = at;
    if (isQuoted) at = endOfQuoted(text, at) + 1;
    else while (at < text.length && isWordPart(text.charCodeAt(at))) at++;
    const word = text.slice(from, at);
    const isOther = character === "'" || text[at] === "(" || text[at] === "." || text[from - 1] === ":";
    if (!isOther) yield isQuoted ? word.slice(1, -1).replaceAll(character + character, character) : word;
  }
}

/** The fields that a list of columns, or an expression, names. */
export function fieldsIn(text: string, { fieldOf }: TableNames): string[] {
  const found = new Set<string>();
  for (const name of namesIn(text)) {
    const field = fieldOf(name);
    if (field !== undefined) found.add(field);
  }
  return [...found];
}

/** What stands between the first parenthesis from `from` on and the one that closes it. */
export function parenthesized(text: string, from = 0): string | undefined {
  const start = text.indexOf("(", from);
  if (start < 0) return undefined;
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at] as string;
    if (quotes.includes(character)) at = endOfQuoted(text, at);
    else if (character === "(") depth++;
    else if (character === ")" && --depth === 0) return text.slice(start + 1, at);
  }
  return undefined;
}

/** The fields of one name of a column; none when the model has no such field. */
export function fieldsOfColumn(column: unknown, { fieldOf }: TableNames): string[] {
  const field = typeof column === "string" ? fieldOf(column) : undefined;
  return field === undefined ? [] : [field];
}
