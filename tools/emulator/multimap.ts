import { mapValues } from "../../src/core/objects.ts";
/** Names with values, in order; a name may be there more than once. */
export type Multimap = readonly (readonly [name: string, value: string])[];

type Lists = Record<string, string[]>;

/** All values of each name. */
export function lists(pairs: Multimap): Lists {
  const found = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const values = found.get(name);
    if (values === undefined) found.set(name, [value]);
    else values.push(value);
  }
  return Object.fromEntries(found);
}

const singles = (pairs: Multimap, pick: (values: string[]) => string): Record<string, string> =>
  mapValues(lists(pairs), pick);

/** The last value of each name. */
export const lastOf = (pairs: Multimap): Record<string, string> =>
  singles(pairs, values => values.at(-1) as string);

/** All values of each name in one text. */
export const joined = (pairs: Multimap, separator: string): Record<string, string> =>
  singles(pairs, values => values.join(separator));

/** The same with the names in lower case. */
export const lowerCased = (pairs: Multimap): Multimap =>
  pairs.map(([name, value]) => [name.toLowerCase(), value] as const);

/** The values of one header, whatever the case of its name. */
export const valuesOf = (pairs: Multimap, lowerName: string): string[] =>
  pairs.filter(([name]) => name.toLowerCase() === lowerName).map(([, value]) => value);

/** The name that a request was sent to, without its port. */
export const hostOf = (headers: Multimap): string =>
  (valuesOf(headers, "host")[0] ?? "localhost").replace(/:\d+$/, "");

/** An object, unless it has nothing. */
export const orNothing = <T extends object>(record: T): T | undefined =>
  Object.keys(record).length > 0 ? record : undefined;

/**
 * The parameters of a query, decoded: a plus sign is a space. The ampersand in front
 * keeps a question mark that the query begins with, which URLSearchParams drops.
 */
export const decodedQuery = (query: string): Multimap => [...new URLSearchParams(`&${query}`)];

/** The parameters of a query as they were sent. */
export const sentQuery = (query: string): Multimap =>
  query
    .split("&")
    .filter(part => part !== "")
    .map(part => {
      const equals = part.indexOf("=");
      return equals < 0 ? [part, ""] : [part.slice(0, equals), part.slice(equals + 1)];
    });
