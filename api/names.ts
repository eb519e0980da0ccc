import type { ResourceVerb } from "../generics/parts/verbs.ts";
import { isObject } from "../src/core/objects.ts";
import { camel, routeName } from "./routes/routeName.ts";

/** Names by the key of an entry, as the option `names` of an API has them, whatever its entries are. */
export type AnyNames = Readonly<
  Record<string, string | Readonly<Partial<Record<ResourceVerb, string>>> | undefined>
>;

/** Names are properties, folders and ids of resources in templates: letters and digits, as the ones that are made have. */
const isName = (name: unknown): boolean =>
  typeof name === "string" && name !== "" && camel(name) === name && !/^\d/.test(name);

function checkName(place: string, name: unknown): void {
  if (isName(name)) return;
  throw new TypeError(`api: option "names" must give ${place} a name of letters and digits like "addMember"`);
}

/**
 * Checks the option `names`, once, when the API is made.
 *
 * @throws TypeError naming what is not an entry, not a verb that it has, or not a name
 */
export function checkNames(names: AnyNames, entries: Readonly<Record<string, unknown>>): void {
  for (const [key, own] of Object.entries(names)) {
    if (!Object.hasOwn(entries, key))
      throw new TypeError(`api: option "names" names "${key}", which is not an entry`);
    if (own === undefined) continue;
    const entry = entries[key];
    if (typeof entry === "function" || !isObject(own)) {
      checkName(`"${key}"`, own);
      continue;
    }
    for (const [verb, name] of Object.entries(own)) {
      if (name === undefined) continue;
      if ((entry as Record<string, unknown>)[verb] === undefined) {
        throw new TypeError(`api: option "names" names "${verb}" of "${key}", which it does not have`);
      }
      checkName(`"${verb}" of "${key}"`, name);
    }
  }
}

/** The name of a single handler: its own, else that of its route. */
export function nameOfHandler(names: AnyNames, key: string): string {
  const own = names[key];
  return typeof own === "string" ? own : routeName(key);
}

/** The name of one handler of a resource: its own, else that of the resource with the verb behind it. */
export function nameOfVerb(names: AnyNames, key: string, verb: string): string {
  const own: unknown = names[key];
  if (isObject(own) && typeof own[verb] === "string") return own[verb];
  const base = typeof own === "string" ? own : camel(key);
  return `${base}${verb.charAt(0).toUpperCase()}${verb.slice(1)}`;
}
