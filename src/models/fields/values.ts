import { BadRequest } from "../../core/errors.ts";

/** JSON nested deeper than this is refused, so that no input can exhaust the stack. */
const maxDepth = 200;

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** True for an object literal or what `JSON.parse` makes of one: no array, no instance of a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && isPlain(value);
}

const tooDeep = (): BadRequest => new BadRequest("Too deeply nested");

function copyValue(value: object, depth: number): unknown {
  if (depth > maxDepth) throw tooDeep();
  if (Array.isArray(value)) {
    return value.map((item: unknown) =>
      typeof item === "object" && item !== null ? copyValue(item, depth + 1) : item,
    );
  }
  if (value instanceof Date) return new Date(value.getTime());
  return isPlain(value) ? copyObject(value, depth) : structuredClone(value);
}

/**
 * A copy of a whole object that shares nothing with it. Flat objects cost one spread; what is neither plain data nor a
 * `Date` goes through `structuredClone`.
 *
 * @throws BadRequest when it is nested more than 200 levels deep
 */
export function copyObject<T extends object>(object: T, depth = 0): T {
  const copy = { ...object } as Record<string, unknown>;
  for (const key in copy) {
    const value = copy[key];
    if (typeof value === "object" && value !== null) copy[key] = copyValue(value, depth + 1);
    else if (value === undefined) delete copy[key];
  }
  return copy as T;
}

/**
 * JSON with its keys in order, so that equal values give equal text.
 *
 * @throws BadRequest when it is nested more than 200 levels deep
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value, 0));
}

function sorted(value: unknown, depth: number): unknown {
  // JSON has no form for it; written so, it equals neither a number nor a text.
  if (typeof value === "bigint") return { "\0bigint": String(value) };
  if (typeof value !== "object" || value === null) return value;
  if (depth > maxDepth) throw tooDeep();
  if (Array.isArray(value)) return value.map((item: unknown) => sorted(item, depth + 1));
  if (!isPlain(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => compareText(a, b));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item, depth + 1)]));
}

/** UTF-16 puts surrogates (beyond U+FFFF) before U+E000..U+FFFF; this puts them behind, where their code points are. */
const rank = (unit: number): number => {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
};

/** Compares by code point, which is the order of the UTF-8 bytes and so of a database's binary collation. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Values of different classes are never equal and never compare in a condition; they only sort. */
export function classOf(value: unknown): number {
  if (value === null || value === undefined) return 0;
  if (typeof value === "boolean") return 1;
  if (typeof value === "number" || typeof value === "bigint") return 2;
  if (value instanceof Date) return 3;
  return typeof value === "string" ? 4 : 5;
}

/** A total order: nulls first, then booleans, numbers, dates, text by code point, and whatever else as JSON. */
export function compareValues(a: unknown, b: unknown): number {
  const kind = classOf(a);
  const other = classOf(b);
  if (kind !== other) return kind - other;
  if (kind === 0) return 0;
  if (kind === 4) return compareText(a as string, b as string);
  if (kind === 5) return compareText(canonicalJson(a), canonicalJson(b));
  const left = kind === 3 ? (a as Date).getTime() : (a as number);
  const right = kind === 3 ? (b as Date).getTime() : (b as number);
  return left < right ? -1 : Number(left > right);
}

/** True when both hold the same: `null` and absent alike, dates by instant, objects and lists by content. */
export function sameValue(a: unknown, b: unknown): boolean {
  return a === b || compareValues(a, b) === 0;
}

const ascii = /^[\0-\x7f]*$/;

/** The lower-case form of one character, where the two are each other's only counterpart. */
export function foldCharacter(character: string): string {
  const lower = character.toLowerCase();
  return lower !== character && lower.toUpperCase() === character ? lower : character;
}

/**
 * Text as `search` compares it: each letter in lower case, in every script (`Ä` as `ä`, `Σ` as `σ`). Letters without
 * a single counterpart (`ß`, `İ`) stay as they are, so that engines without Unicode functions can do the same.
 */
export function foldCase(text: string): string {
  return ascii.test(text) ? text.toLowerCase() : Array.from(text, foldCharacter).join("");
}
