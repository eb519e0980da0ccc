import { exactOrNone, hasLongNumbers, parseLong, type ReadLong } from "./longNumbers.ts";
import { isRecord } from "./objects.ts";
import { parseJson } from "./withoutStack.ts";

/** A forbidden key, or an escape that stands for an underscore or a letter and so may hide one. */
const suspect = /__proto__|constructor|\\u00[567]/;

/** Deeper than this no message means anything, and recursive code would overflow the stack. */
export const maxDepth = 512;

/** Keys through which a careless copy could reach a prototype. */
export function isForbidden(key: string, value: unknown): boolean {
  if (key === "__proto__") return true;
  return key === "constructor" && isRecord(value) && Object.hasOwn(value, "prototype");
}

/** Whether there are more brackets than levels: far cheaper than measuring the depth. */
function mayBeDeeper(text: string, levels: number): boolean {
  if (text.length <= 2 * levels) return false;
  let left = levels;
  for (const bracket of ["{", "["]) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      if (--left < 0) return true;
    }
  }
  return false;
}

/** Whether what a text says has to be looked at: it may hold a forbidden key, or be nested too deeply. */
export function isSuspicious(text: string, levels: number): boolean {
  return suspect.test(text) || mayBeDeeper(text, levels);
}

/**
 * Whether objects and lists are nested in more than so many levels. Walks without recursion, and visits each of them
 * once; bytes count as a single value.
 *
 * @param root what `JSON.parse` gave, or any other value
 * @param levels how many there may be
 * @param visit is shown the members of every object, and may throw
 */
export function isDeeper(
  root: unknown,
  levels: number,
  visit?: (key: string, value: unknown) => void,
): boolean {
  const seen = new Set<object>();
  let level = [root];
  for (let depth = 0; level.length > 0; depth++) {
    const below: unknown[] = [];
    for (const value of level) {
      if (!isRecord(value) || ArrayBuffer.isView(value) || seen.has(value)) continue;
      if (depth >= levels) return true;
      seen.add(value);
      if (Array.isArray(value)) {
        for (const item of value) below.push(item);
        continue;
      }
      for (const key of Object.keys(value)) {
        visit?.(key, value[key]);
        below.push(value[key]);
      }
    }
    level = below;
  }
  return false;
}

function refuse(key: string, value: unknown): void {
  if (isForbidden(key, value)) throw new SyntaxError(`JSON has the forbidden key ${key}`);
}

/**
 * Parses JSON from outside: it refuses the keys `__proto__` and `constructor.prototype`, and nesting beyond 512 levels.
 *
 * Numbers are kept to the digit, or refused.
 *
 * @param text the JSON text
 * @param read what becomes of numbers with more digits than JavaScript's keep
 * @throws SyntaxError when it is malformed or holds one of these
 * @throws BadRequest naming the place of a number of which digits would be lost
 * @example
 * parseSafely('{"a":1}'); // { a: 1 }
 */
export function parseSafely(text: string, read: ReadLong = exactOrNone): unknown {
  const value: unknown = parseJson(text);
  if (isSuspicious(text, maxDepth) && isDeeper(value, maxDepth, refuse)) {
    throw new SyntaxError("JSON is nested too deeply");
  }
  return hasLongNumbers(text) ? parseLong(text, read) : value;
}
