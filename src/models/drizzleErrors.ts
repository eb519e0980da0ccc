import { DrizzleQueryError } from "drizzle-orm";
import { BadRequest, Conflict } from "../errors.ts";
import type { DrizzleColumns } from "./drizzleColumns.ts";
import { duplicate } from "./uniqueIndex.ts";

/** What PostgreSQL drivers tell of an error; `constraint_name` is how some of them write it. */
interface DatabaseError {
  message?: unknown;
  code?: unknown;
  detail?: unknown;
  column?: unknown;
  constraint?: unknown;
  constraint_name?: unknown;
}

const folded = (name: string): string => name.replaceAll("_", "").toLowerCase();

/** The field of a column. Drizzle may write the names of columns in another case than those of the fields. */
function fieldOf(name: string, columns: DrizzleColumns): string {
  const own = name.replace(/^"|"$/g, "");
  const all = Object.values(columns);
  const found =
    all.find(({ column }) => column.name === own) ??
    all.find(({ column }) => folded(column.name) === folded(own));
  return found?.name ?? own;
}

/** The columns of `Key (email, name)=(…) already exists.`, or of the constraint's name where the detail is withheld. */
function postgresDuplicate(error: DatabaseError, idKey: string, columns: DrizzleColumns): Conflict {
  const [, list] = /\(([^()]+)\)=\(/.exec(String(error.detail ?? "")) ?? [];
  if (list !== undefined) return duplicate(list.split(", ").map(name => fieldOf(name, columns)));
  const constraint = String(error.constraint ?? error.constraint_name ?? "");
  const found = Object.values(columns).find(
    ({ column }) => column.isUnique && column.uniqueName === constraint,
  );
  if (found) return duplicate([found.name]);
  return constraint.endsWith("_pkey") ? duplicate([idKey]) : new Conflict("Duplicate");
}

const missing = (field: string): BadRequest => new BadRequest(`${field} must not be null`, { field });
const badReference = (): Conflict => new Conflict("Refers to what is not there, or is still referred to");

/**
 * What the client is told when the database refuses values: SQLSTATE classes 22 (data) and 23 (integrity).
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
function postgresRefusal(error: DatabaseError, idKey: string, columns: DrizzleColumns): Error | undefined {
  const { code } = error;
  if (typeof code !== "string") return undefined;
  if (code === "23505") return postgresDuplicate(error, idKey, columns);
  if (code === "23503") return badReference();
  if (code === "23502" && typeof error.column === "string") return missing(fieldOf(error.column, columns));
  return /^(22...|23514)$/.test(code) ? new BadRequest("Invalid value") : undefined;
}

function sqliteRefusal({ message }: DatabaseError, columns: DrizzleColumns): Error | undefined {
  const [, problem, names = ""] =
    /\b(UNIQUE|NOT NULL|CHECK|FOREIGN KEY) constraint failed(?:: ([^:]+))?/.exec(String(message)) ?? [];
  const fields = names
    .split(", ")
    .map(name => fieldOf(name.slice(name.lastIndexOf(".") + 1).trim(), columns));
  if (problem === "UNIQUE") return duplicate(fields);
  if (problem === "NOT NULL") return missing(fields.join());
  if (problem === "FOREIGN KEY") return badReference();
  return problem === "CHECK" ? new BadRequest("Invalid value") : undefined;
}

/**
 * What to throw for an error of Drizzle's: the contract's error where the input is to blame, else the driver's own.
 * Drizzle's carries the statement and all values in its message, and would put them into the log.
 */
export function drizzleRefusal(error: unknown, idKey: string, columns: DrizzleColumns): unknown {
  const own = error instanceof DrizzleQueryError ? (error.cause ?? new Error("The statement failed")) : error;
  if (typeof own !== "object" || own === null) return own;
  return postgresRefusal(own, idKey, columns) ?? sqliteRefusal(own as DatabaseError, columns) ?? own;
}
