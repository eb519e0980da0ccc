import { isRecord } from "../core/objects.ts";
import { textList } from "../core/textList.ts";
import { isToken } from "./token.ts";

/** The headers of a response by lower-case name, each with the name as it was given and all its values. */
export type HeaderBag = Map<string, { name: string; values: string[] }>;

/**
 * What RFC 9110 section 5.5 forbids: control characters but the tab, for CR LF would begin another header, and characters
 * that are not byte.
 */
const forbidden = /[^\t -~\xa0-\xff]/;
const allForbidden = /[^\t -~\xa0-\xff]/g;

/** Headers of which a response has one at most: what comes last replaces what was there. */
const singular = new Set([
  "access-control-allow-credentials",
  "access-control-allow-origin",
  "access-control-max-age",
  "age",
  "content-disposition",
  "content-length",
  "content-location",
  "content-range",
  "content-type",
  "date",
  "etag",
  "expires",
  "last-modified",
  "location",
  "retry-after",
]);

/** A value without the characters that no header may carry. */
export function cleanValue(value: string): string {
  return forbidden.test(value) ? value.replace(allForbidden, "") : value;
}

const isScalar = (value: unknown): boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

/** Adds one value; names that no header may have and values that are not text, number or boolean are left out. */
export function addHeader(bag: HeaderBag, name: string, value: unknown): void {
  if (!isScalar(value) || !isToken(name)) return;
  const text = cleanValue(String(value));
  const lower = name.toLowerCase();
  const entry = bag.get(lower);
  if (entry === undefined) bag.set(lower, { name, values: [text] });
  else if (singular.has(lower)) entry.values = [text];
  else entry.values.push(text);
}

function pairsOf(headers: unknown): [string, unknown][] {
  if (!isRecord(headers)) return [];
  const given: unknown[] =
    typeof headers[Symbol.iterator as never] === "function"
      ? [...(headers as unknown as Iterable<unknown>)]
      : Object.entries(headers);
  return given.filter(
    (pair): pair is [string, unknown] => Array.isArray(pair) && typeof pair[0] === "string",
  );
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** Collects the headers and cookies of a ready response, in whatever form it gives them. */
export function headersOfReady(ready: Readonly<Record<string, unknown>>): HeaderBag {
  const bag: HeaderBag = new Map();
  if (Array.isArray(ready.cookies)) {
    for (const cookie of ready.cookies) addHeader(bag, "Set-Cookie", cookie);
  }
  for (const [name, given] of pairsOf(ready.headers)) {
    for (const value of listOf(given)) addHeader(bag, name, value);
  }
  for (const [name, given] of pairsOf(ready.multiValueHeaders)) {
    // As in API Gateway, a pair that both maps have counts once.
    const before = new Set(bag.get(name.toLowerCase())?.values);
    for (const value of listOf(given).filter(isScalar)) {
      if (!before.has(String(value))) addHeader(bag, name, value);
    }
  }
  return bag;
}

/** Joins `Vary` values; `*` stands for everything (RFC 9110 section 12.5.5). */
function mergeVary(values: readonly string[]): string {
  const names = new Map<string, string>();
  for (const name of textList(values.join())) {
    if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  }
  return names.has("*") ? "*" : [...names.values()].join(", ");
}

/**
 * What comes of one header that two layers of a response name: `Vary` says all that either says, cookies stand beside each
 * other, and of any other the upper layer's counts alone.
 */
function joined(
  lower: string,
  first: readonly string[],
  later: readonly string[],
  upper: readonly string[],
): string[] {
  if (lower === "vary") return [mergeVary([...first, ...later])];
  if (lower === "set-cookie") return [...first, ...later.filter(cookie => !first.includes(cookie))];
  return [...upper];
}

/** Adds headers that the response lacks, under those that are there: {@link joined}. */
export function fillHeaders(bag: HeaderBag, under: Headers): void {
  for (const [lower, { name, values }] of headersOfReady({ headers: under })) {
    const there = bag.get(lower);
    if (there === undefined) bag.set(lower, { name, values });
    else there.values = joined(lower, there.values, values, there.values);
  }
}

/** Adds headers over those that are there: {@link joined}. */
export function coverHeaders(bag: HeaderBag, over: HeaderBag): void {
  for (const [lower, { name, values }] of over) {
    bag.set(lower, { name, values: joined(lower, bag.get(lower)?.values ?? [], values, values) });
  }
}

type Headers = Readonly<Record<string, string>>;

/** The name by which a header is there, whatever its case. */
function nameIn(headers: Headers, name: string): string | undefined {
  if (Object.hasOwn(headers, name)) return name;
  for (const there in headers) {
    if (there.length === name.length && there.toLowerCase() === name.toLowerCase()) return there;
  }
  return undefined;
}

/** Whether both name the same header. */
export function overlap(some: Headers, others: Headers): boolean {
  for (const name in others) if (nameIn(some, name) !== undefined) return true;
  return false;
}

/** Headers under others, which win where both name one; `Vary` is merged. A cookie, which stands here alone, is replaced. */
export function mergeHeaders(under: Headers, over: Headers): Headers;
export function mergeHeaders(under: Headers | undefined, over: Headers | undefined): Headers | undefined;
export function mergeHeaders(under: Headers | undefined, over: Headers | undefined): Headers | undefined {
  if (under === undefined || over === undefined) return over ?? under;
  const merged: Record<string, string> = { ...under };
  for (const [name, value] of Object.entries(over)) {
    const there = nameIn(under, name);
    const before = there === undefined ? [] : [under[there] as string];
    if (there !== undefined && there !== name) delete merged[there];
    merged[name] = joined(name.toLowerCase(), before, [value], [value]).at(-1) as string;
  }
  return merged;
}

/** The frozen set of headers that was found to be simple last: CORS headers, for example, are the same each time. */
let known: object | undefined;

/** Whether the headers can be sent as they are: clean, no cookie among them, and no content type of their own. */
export function isSimple(headers: Headers): boolean {
  if (headers === known) return true;
  for (const name in headers) {
    if (name.length === 10 && name.toLowerCase() === "set-cookie") return false;
    if (name.length === 12 && name.toLowerCase() === "content-type") return false;
    const value: unknown = headers[name];
    if (typeof value !== "string" || forbidden.test(value) || !isToken(name)) return false;
  }
  if (Object.isFrozen(headers)) known = headers;
  return true;
}
