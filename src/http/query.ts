import { isRecord } from "../core/objects.ts";
import { sourceOf } from "./source.ts";

/** Escapes that may be a character of UTF-8: one byte, or a leading byte with what must follow it. */
const escapes =
  /%[0-7][\da-f]|%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-7](?:%[89ab][\da-f]){3}/gi;

function tryDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Decodes a form-encoded text; what is not an escape of a character stays as it is. */
function decodeForm(sent: string): string {
  const spaced = sent.includes("+") ? sent.replaceAll("+", " ") : sent;
  if (!spaced.includes("%")) return spaced;
  return tryDecode(spaced) ?? spaced.replace(escapes, text => tryDecode(text) ?? text);
}

/** All values of a query by name. */
export type Query = Record<string, string[]>;

/** Makes objects that inherit nothing. Those of `Object.create(null)` are dictionaries, which take several times as long. */
const EmptyQuery = /* @__PURE__ */ (() => {
  function Empty(): void {}
  Empty.prototype = Object.create(null);
  return Empty as unknown as new () => Query;
})();

function push(query: Query, name: string, value: string): void {
  const values = query[name];
  if (values === undefined) query[name] = [value];
  else values.push(value);
}

function addRaw(query: Query, raw: string): void {
  for (const part of raw.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    if (equals < 0) push(query, decodeForm(part), "");
    else push(query, decodeForm(part.slice(0, equals)), decodeForm(part.slice(equals + 1)));
  }
}

const asSent = (text: string): string => text;

/** Adds what the maps hold; a name that an earlier map has is not taken from a later one. */
function addMaps(query: Query, maps: readonly unknown[], decode: (text: string) => string): void {
  const taken = new Set<string>();
  for (const map of maps) {
    if (!isRecord(map)) continue;
    const names = Object.keys(map).filter(name => !taken.has(name));
    for (const name of names) {
      const given = map[name];
      for (const value of Array.isArray(given) ? given : [given]) {
        if (typeof value !== "string") continue;
        push(query, decode(name), decode(value));
        taken.add(name);
      }
    }
  }
}

const afterMark = (path: unknown): string => {
  const mark = typeof path === "string" ? path.indexOf("?") : -1;
  return mark < 0 ? "" : (path as string).slice(mark + 1);
};

/** The query string itself, where the source sends it. HTTP APIs join repeated parameters by commas elsewhere. */
function rawQueryOf(event: Record<string, unknown>): string {
  switch (sourceOf(event)) {
    case "http":
      return typeof event.rawQueryString === "string" ? event.rawQueryString : "";
    case "lattice-v1":
      return afterMark(event.raw_path);
    case "lattice-v2":
      return afterMark(event.path);
    default:
      return "";
  }
}

/** Queries of events whose own fields no longer have what was sent. */
const kept: WeakMap<object, Query> = /* @__PURE__ */ new WeakMap();

/**
 * Keeps what {@link readQuery} reads from an event, for a middleware that is about to overwrite the event's query
 * fields: those behind it still read what the client sent, and nothing is decoded twice.
 *
 * @param event the event; a primitive is ignored
 * @param query what was read from it
 * @example
 * const query = readQuery(event);
 * keepQuery(event, query);
 * event.queryStringParameters = { page: "1" };
 */
export function keepQuery(event: unknown, query: Record<string, string[]>): void {
  if (isRecord(event)) kept.set(event, query);
}

/**
 * What {@link readQuery} gives, as this package reads it several times in a request: it inherits nothing, and is not the dictionary
 * that an object without a prototype is.
 *
 * @param event an event of any source
 * @returns all values by name, in the order sent
 */
export function sentQuery(event: unknown): Query {
  const query = new EmptyQuery();
  if (!isRecord(event)) return query;
  const known = kept.get(event);
  if (known !== undefined) return known;
  const raw = rawQueryOf(event);
  if (raw !== "") {
    addRaw(query, raw);
    return query;
  }
  const alb = isRecord(event.requestContext) && event.requestContext.elb !== undefined;
  addMaps(
    query,
    [event.multiValueQueryStringParameters, event.queryStringParameters, event.query_string_parameters],
    alb ? decodeForm : asSent,
  );
  return query;
}

/**
 * The parameters of the query string, decoded once on every source: API Gateway and VPC Lattice decode them, ALB does
 * not, and HTTP APIs send the string itself. A malformed escape stays as text.
 *
 * @param event an event of any source
 * @returns all values by name, in the order sent; the object has no prototype
 * @example
 * readQuery({ version: "2.0", rawQueryString: "tag=a&tag=b%20c" }); // { tag: ["a", "b c"] }
 */
export function readQuery(event: unknown): Record<string, string[]> {
  const query = sentQuery(event);
  return query instanceof EmptyQuery ? Object.assign(Object.create(null), query) : query;
}
