import { isRecord } from "./objects.ts";
import { hidden, withoutSecrets } from "./secrets.ts";

/** What a failure is recognised by, and what holds nothing that anybody stored or sent. */
const safeKeys = [
  "code",
  "errno",
  "errcode",
  "errstr",
  "sqlState",
  "severity",
  "routine",
  "schema",
  "table",
  "column",
  "constraint",
  "dataType",
  "syscall",
  "statusCode",
  "status",
  "field",
  "retryable",
  "$fault",
  "$service",
] as const;

/** What only errors of databases, of their drivers and of what stands before them carry. */
const driverKeys = [
  "$metadata",
  "$fault",
  "bindings",
  "clientVersion",
  "detail",
  "driverError",
  "errcode",
  "errmsg",
  "errorResponse",
  "internalQuery",
  "keyValue",
  "parameters",
  "params",
  "query",
  "routine",
  "severity",
  "sql",
  "sqlMessage",
  "sqlState",
  "writeErrors",
] as const;
const driverCodes = /^(?:SQLITE|ERR_SQLITE|ER_|LIBSQL|P\d{4}$|[0-9A-Z]{2}[0-9]{3}$)/;
const driverNames = /^(?:Sqlite|LibsqlE|Drizzle|Kysely|Prisma|Sequelize|Mongo|Postgres|QueryFailed|Database)/;

const maxText = 4000;
const maxErrors = 10;
const maxDepth = 8;

type Properties = Record<string, unknown>;

function read(object: object, key: string): unknown {
  try {
    return (object as Properties)[key];
  } catch {
    return undefined;
  }
}

const textOf = (object: object, key: string): string | undefined => {
  const value = read(object, key);
  return typeof value === "string" ? value : undefined;
};

/** Whether an error is a database's: its message may quote what is stored, or what was to be. */
function isDrivers(error: object): boolean {
  if (driverKeys.some(key => read(error, key) !== undefined)) return true;
  return driverCodes.test(textOf(error, "code") ?? "") || driverNames.test(textOf(error, "name") ?? "");
}

/** The errors that an error has within itself: what caused it, what it wraps, what it gathers. */
function within(error: object): unknown[] {
  const errors = read(error, "errors");
  const wrapped = ["cause", "original", "parent", "driverError"].map(key => read(error, key));
  return [...wrapped, ...(Array.isArray(errors) ? errors.slice(0, maxErrors) : [])];
}

/** The texts of databases in an error and in what it has within itself, the longest first. */
function quoted(error: unknown, found: Set<string>, seen: Set<unknown>): void {
  if (!isRecord(error) || seen.has(error) || seen.size > 100) return;
  seen.add(error);
  if (isDrivers(error)) {
    for (const key of ["message", "detail", "sqlMessage", "errmsg", "hint", "where", "query", "sql"]) {
      const text = textOf(error, key);
      if (text !== undefined && text.length > 3) found.add(text);
    }
  }
  for (const inner of within(error)) quoted(inner, found, seen);
}

type Clean = (text: string) => string;

function cleanerOf(error: unknown): Clean {
  const found = new Set<string>();
  quoted(error, found, new Set());
  const texts = [...found].sort((a, b) => b.length - a.length);
  return text => {
    const rest = texts.reduce((left, secret) => left.replaceAll(secret, hidden), text);
    return withoutSecrets(rest.length > maxText ? `${rest.slice(0, maxText)}…` : rest);
  };
}

/** The places of a stack, without the message before them. */
function placesOf(error: object, message: string): string {
  const stack = textOf(error, "stack") ?? "";
  const at = message === "" ? 0 : stack.indexOf(message);
  const places = at < 0 ? stack : stack.slice(at + message.length);
  return places
    .split("\n")
    .filter(line => /^ {4}at /.test(line))
    .slice(0, 50)
    .join("\n");
}

function safeValue(value: unknown, clean: Clean): unknown {
  if (typeof value === "string") return clean(value);
  return ["number", "boolean", "bigint"].includes(typeof value) ? value : undefined;
}

function requestIdOf(error: object): Properties {
  const metadata = read(error, "$metadata");
  if (!isRecord(metadata)) return {};
  const { httpStatusCode, requestId } = metadata;
  return { $metadata: { httpStatusCode, requestId } };
}

function copyOf(error: object, clean: Clean, depth: number): Error {
  const message = textOf(error, "message") ?? "";
  const name = textOf(error, "name") ?? "Error";
  const shown = isDrivers(error) ? hidden : clean(message);
  const [cause, ...more] =
    depth < maxDepth ? within(error).filter(inner => inner !== undefined && inner !== null) : [];
  const options = cause === undefined ? undefined : { cause: cleaned(cause, clean, depth + 1) };
  const copy: Error & Properties = Object.assign(new Error(shown, options), requestIdOf(error));
  const places = placesOf(error, message);
  const stack = `${name}${shown === "" ? "" : `: ${shown}`}${places === "" ? "" : `\n${places}`}`;
  Object.defineProperty(copy, "name", { value: name, enumerable: false, configurable: true, writable: true });
  Object.defineProperty(copy, "stack", {
    value: stack,
    enumerable: false,
    configurable: true,
    writable: true,
  });
  for (const key of safeKeys) {
    const value = safeValue(read(error, key), clean);
    if (value !== undefined) copy[key] = value;
  }
  if (more.length > 0) copy.errors = more.map(inner => cleaned(inner, clean, depth + 1));
  return copy;
}

function cleaned(thrown: unknown, clean: Clean, depth: number): unknown {
  if (typeof thrown === "string") return clean(thrown);
  return isRecord(thrown) ? copyOf(thrown, clean, depth) : thrown;
}

/**
 * What may be logged of anything thrown: its name, where it came from, what it is recognised by (`code`, `constraint`, a status), and its
 * message, without credentials. A database's messages, statements and parameters are left out, for they quote what is stored,
 * also where another error repeats them; so is whatever else an error carries. The same goes for all that it was caused by.
 *
 * @param thrown whatever was thrown; nothing of it is changed
 * @example
 * console.error(loggable(error));
 */
export function loggable(thrown: unknown): unknown {
  return cleaned(thrown, cleanerOf(thrown), 0);
}

/** The logger where there is no other: the console, which gets what may be logged. */
export function logError(thrown: unknown, ...details: unknown[]): void {
  console.error(loggable(thrown), ...details);
}
