import { isKind } from "./options.ts";

/** What an error of a class becomes: its status, and the message and code that stand in the body instead of its own. */
export type ErrorMapping = readonly [
  type: abstract new (...args: never) => unknown,
  status: number,
  message?: string | undefined,
  code?: string | number | undefined,
];

/** What classes of errors become; the first that fits counts. */
export type ErrorMap = readonly ErrorMapping[];

function isMapping(entry: unknown): boolean {
  if (!Array.isArray(entry) || entry.length < 2 || entry.length > 4) return false;
  const [type, status, message, code] = entry as unknown[];
  const isError = typeof type === "function" && typeof type.prototype === "object";
  const isFailure = isKind(status, "status") && (status as number) >= 400;
  const fitsMessage = message === undefined || typeof message === "string";
  return isError && isFailure && fitsMessage && (code === undefined || isKind(code, ["string", "number"]));
}

/**
 * Checks an {@link ErrorMap}.
 *
 * @param factory the factory's name, for the message
 * @throws TypeError naming the option
 */
export function checkErrorMap(factory: string, map: unknown): asserts map is ErrorMap | undefined {
  if (map === undefined || (Array.isArray(map) && map.every(isMapping))) return;
  throw new TypeError(
    `${factory}: option "map" must be a list of [class, status from 400 to 599, message?, code?], such as [[OutOfStock, 409]]`,
  );
}

/** What an error is mapped to. */
export function mappingOf(error: unknown, map: ErrorMap | undefined): ErrorMapping | undefined {
  return map?.find(([type]) => error instanceof type);
}
