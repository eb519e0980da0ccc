/** What drivers say of an error that names a place and holds no value. */
const harmless: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "address",
  "code",
  "column",
  "column_name",
  "constraint",
  "constraint_name",
  "dataType",
  "errcode",
  "errno",
  "errstr",
  "fatal",
  "file",
  "length",
  "line",
  "name",
  "port",
  "position",
  "routine",
  "schema",
  "schema_name",
  "severity",
  "sqlState",
  "syscall",
  "table",
  "table_name",
]);

const isPlain = (value: unknown): boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

/** No message that is worth reading is longer; what it quotes may be. */
const longest = 2000;

/** A value of one or two characters reveals nothing, and is part of too many words. */
const shortest = 3;

function hidden(message: string, values: readonly unknown[]): string {
  let text = message.slice(0, longest);
  for (const value of values) {
    const secret =
      typeof value === "string" || typeof value === "number" || typeof value === "bigint"
        ? String(value)
        : "";
    // What was cut off may be the end of a value.
    const start = secret.slice(0, longest);
    if (start.length >= shortest && text.includes(start)) text = text.replaceAll(start, "(value)");
  }
  return text;
}

function copyOf(error: Error, message: string): Error {
  const { stack = "" } = error;
  const frames = stack.indexOf("\n    at ");
  const copy = new Error(message);
  const own = error as unknown as Readonly<Record<string, unknown>>;
  for (const key of harmless) {
    if (key !== "name" && isPlain(own[key]))
      Object.defineProperty(copy, key, { value: own[key], enumerable: true });
  }
  Object.defineProperty(copy, "name", { value: error.name, configurable: true });
  Object.defineProperty(copy, "stack", {
    value: `${error.name}: ${message}${frames < 0 ? "" : stack.slice(frames)}`,
    configurable: true,
  });
  return copy;
}

/**
 * A driver's error that only a log can explain, without the values that a statement was given, and without what may hold
 * whole rows: details, hints, the statement itself.
 *
 * @param error what the driver threw
 * @param values what was bound to the statement
 * @returns the error itself where it reveals nothing
 */
export function withoutValues(error: unknown, values: readonly unknown[]): unknown {
  if (!(error instanceof Error)) return error;
  const message = hidden(error.message, values);
  const isHarmless = Object.keys(error).every(key => harmless.has(key)) && error.cause === undefined;
  return isHarmless && message === error.message ? error : copyOf(error, message);
}

/** What may be logged of an error that was understood: its codes, and the names of what is at fault. */
export function codesOf(error: unknown): unknown {
  return error instanceof Error ? copyOf(error, "The database refused a statement") : undefined;
}
