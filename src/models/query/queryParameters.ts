import { alternatives, isAlternative } from "./alternatives.ts";
import type { Condition } from "./condition.ts";
import { type AllowedFilters, bounded, countIn, type Known, readFilter } from "./filterParameter.ts";
import { readQueryValue } from "./queryValue.ts";
import { refuseParameter, singleValue } from "./singleValue.ts";

/** What a list may be asked by. */
export interface Allowed extends AllowedFilters {
  /** Fields to order by. */
  ordering: ReadonlySet<string>;
  /** Whether a text may be searched for. */
  search: boolean;
  /** Whether filters may stand in alternatives: `or[0][age]=18`. */
  or: boolean;
  /** Parameters that somebody else reads. */
  ignored: ReadonlySet<string>;
}

/** What a query string asks for. */
export interface Asked {
  /** Conditions that must all hold. */
  where: Record<string, unknown>[];
  order: string[];
  text: string | undefined;
}

/** What all parameters may list together: a statement has no room for any number of values. */
const maxAllValues = 2000;

const orderNames = /* @__PURE__ */ new Set(["order", "ordering"]);
const searchNames = /* @__PURE__ */ new Set(["q", "search"]);

function orderOf(name: string, text: string, allowed: Allowed): string[] {
  const keys = text.split(",");
  const fields = keys.map(key => (key.startsWith("-") ? key.slice(1) : key));
  const isKnown = fields.every(field => allowed.ordering.has(field));
  if (!isKnown || new Set(fields).size < fields.length)
    throw refuseParameter("Invalid value of parameter", name);
  return keys;
}

/**
 * Reads the parameters of a list: `age=18`, `age[gte]=18`, `role=admin,editor` (one of them), `role[eq]=a,b` (to the
 * letter), `or[0][age]=18&or[1][role]=admin`, `order=-createdAt,name` or `ordering=…`, `q=ann` or `search=…`. Nothing is passed over: what is not allowed,
 * unknown or malformed is refused.
 *
 * @param query all values by name
 * @param allowed what may be asked for
 * @param known the fields' kinds, and which go out: others may not be compared piece by piece
 * @throws BadRequest naming the parameter
 */
export function readListQuery(
  query: Readonly<Record<string, readonly string[]>>,
  allowed: Allowed,
  known: Known,
): Asked {
  const asked: Asked = { where: [], order: [], text: undefined };
  const seen = new Set<string>();
  let listed = 0;
  const filterOf = (name: string, values: readonly string[], key = name): Condition => {
    const where = readFilter(name, key, values, allowed, known);
    listed += countIn(where);
    if (listed > maxAllValues) throw refuseParameter("Too many values up to parameter", name);
    return where;
  };
  const oneOf = alternatives();
  for (const [name, values] of Object.entries(query)) {
    const once = (purpose: string): string => {
      if (seen.has(purpose)) throw refuseParameter("Parameter given more than once", name);
      seen.add(purpose);
      return singleValue(name, values);
    };
    if (allowed.filters.has(name)) asked.where.push(filterOf(name, values));
    else if (allowed.ignored.has(name)) continue;
    else if (orderNames.has(name) && allowed.ordering.size > 0) {
      asked.order = orderOf(name, once("order"), allowed);
    } else if (searchNames.has(name) && allowed.search) {
      asked.text = searchOf(name, once("search"), allowed.maxSearch);
    } else if (allowed.or && isAlternative(name)) {
      oneOf.add(name, key => filterOf(name, values, key));
    } else asked.where.push(filterOf(name, values));
  }
  const either = oneOf.condition();
  if (either !== undefined) asked.where.push(either);
  return asked;
}

function searchOf(name: string, text: string, maxSearch: number): string {
  if (readQueryValue(text, "text") === undefined) throw refuseParameter("Invalid value of parameter", name);
  return bounded(name, text, maxSearch);
}
