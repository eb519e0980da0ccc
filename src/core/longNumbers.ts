import { BadRequest } from "./errors.ts";
import { isExact } from "./numberText.ts";
import { isRecord } from "./objects.ts";

/** Where a value stands in what was parsed. */
export type NumberPath = readonly string[];

/** A number of JSON of which JavaScript's keeps not every digit, or would not if it had another one. */
export interface LongNumber {
  /** As it was sent. */
  text: string;
  /** What JavaScript makes of it. */
  value: number;
  /** Whether that is the same number. */
  isExact: boolean;
}

/**
 * Says what stands for such a number.
 *
 * @param root all that was parsed
 */
export type ReadLong = (number: LongNumber, place: NumberPath, root: unknown) => unknown;

/** Stands in the options of a parser whose chain knows what fields hold. */
export const readLong: unique symbol = /* @__PURE__ */ Symbol("readLong");

/** Options that may declare it. */
export interface LongNumberOptions {
  [readLong]?: ReadLong;
}

/** Whether a number stays what was sent, and would not have become the same if another had been. */
const isKept = (text: string, value: number): boolean =>
  (Number.isSafeInteger(value) || !Number.isInteger(value)) && isExact(text, value);

/** Fewer characters have at most 15 digits, all of which are kept. */
const shortest = 16;

/** A digit, or a sign, point or exponent of a number. */
function isOfNumber(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2e ||
    code === 0x2d ||
    code === 0x2b ||
    (code | 0x20) === 0x65
  );
}

/** Whether a piece of JSON text without strings has a number that is not kept. */
function hasLong(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const start = at;
    let isPlain = true;
    for (; at < to && isOfNumber(text.charCodeAt(at)); at++)
      isPlain &&= (text.charCodeAt(at) | 0x20) !== 0x65;
    if (at - start < shortest && isPlain) continue;
    const number = text.slice(start, at);
    // The letter of an exponent is one of `true` and `false` as well.
    if (number !== "e" && !isKept(number, Number(number))) return true;
  }
  return false;
}

/** Where a string ends that begins at a quote; each backslash before a quote takes away what it means. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slash = end;
    while (text[slash - 1] === "\\") slash--;
    if ((end - slash) % 2 === 0) return end;
  }
  return text.length;
}

/** A digit that an exponent may follow. */
const exponent = /\d[eE]/;

/** Whether so many characters of numbers stand side by side: such a piece has one at a multiple of their count, so that a look at these is enough. */
function mayHaveLong(text: string): boolean {
  for (let at = shortest - 1; at < text.length; at += shortest) {
    let start = at;
    let end = at;
    while (isOfNumber(text.charCodeAt(start - 1))) start--;
    while (isOfNumber(text.charCodeAt(end))) end++;
    if (end - start >= shortest) return true;
  }
  return false;
}

/** Whether a JSON text has numbers with more digits than JavaScript's keep: far cheaper than to look at each value. */
export function hasLongNumbers(text: string): boolean {
  if (!mayHaveLong(text) && !exponent.test(text)) return false;
  for (let at = 0; at < text.length; ) {
    const quote = text.indexOf('"', at);
    const end = quote < 0 ? text.length : quote;
    if (hasLong(text, at, end)) return true;
    at = quote < 0 ? end : endOfString(text, quote) + 1;
  }
  return false;
}

/** What a number gets of which digits would be lost. */
export function digitsLost(place: NumberPath): BadRequest {
  const whole = place.join(".");
  const field = whole.length > 100 ? `${whole.slice(0, 100)}…` : whole;
  const name = field === "" ? "The body" : field;
  return new BadRequest(`${name} has more digits than a number keeps`, field === "" ? {} : { field });
}

/**
 * Parses JSON that a store has. A number that JavaScript would round comes as text, to the digit.
 *
 * @param text as it is stored
 */
export function parseStored(text: string): unknown {
  if (!hasLongNumbers(text)) return JSON.parse(text);
  return parseLong(text, ({ isExact, value, text: sent }) => (isExact ? value : sent));
}

/** Where nothing is known of fields: the same number or none. @throws BadRequest naming its place */
export const exactOrNone: ReadLong = (number, place) => {
  if (number.isExact) return number.value;
  throw digitsLost(place);
};

class FoundNumber implements LongNumber {
  readonly text: string;
  readonly value: number;
  readonly isExact: boolean;

  constructor(text: string, value: number) {
    this.text = text;
    this.value = value;
    this.isExact = isExact(text, value);
  }
}

/**
 * Parses JSON to the digit.
 *
 * @param text what `JSON.parse` takes, nested no deeper than recursion reaches
 * @param read what becomes of numbers of which JavaScript keeps not every digit, and of whole ones beyond 2^53
 * @see https://github.com/tc39/proposal-json-parse-with-source
 */
export function parseLong(text: string, read: ReadLong): unknown {
  let isAny = false;
  const root: unknown = JSON.parse(text, function find(_key, value: unknown, context?: { source?: string }) {
    const source = context?.source;
    if (typeof value !== "number" || source === undefined) return value;
    if (isKept(source, value)) return value;
    isAny = true;
    return new FoundNumber(source, value);
  });

  const place: string[] = [];
  function settled(value: unknown): unknown {
    if (value instanceof FoundNumber) return read(value, [...place], root);
    if (!isRecord(value)) return value;
    for (const key of Object.keys(value)) {
      if (!isRecord(value[key])) continue;
      place.push(key);
      value[key] = settled(value[key]);
      place.pop();
    }
    return value;
  }
  return isAny ? settled(root) : root;
}
