import type { KnownFields } from "../fields/knownFields.ts";
import type { FieldKind } from "../types.ts";
import { type AllowedFilter, isAllowed } from "./filters.ts";
import { readQueryGuesses, readQueryValue } from "./queryValue.ts";
import { refuseParameter, singleValue } from "./singleValue.ts";

/** What a list may be asked by. */
export interface Allowed {
  /** Fields to filter by, with their kinds and operators where the option names them. */
  filters: ReadonlyMap<string, AllowedFilter>;
  /** Fields to order by. */
  ordering: ReadonlySet<string>;
  /** Whether a text may be searched for. */
  search: boolean;
  /** How many characters a text may have that is looked for within others. */
  maxSearch: number;
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

/** What one parameter may list; longer lists of values are no use of a URL, and databases bound them. */
const maxValues = 500;
/** What all parameters may list together: a statement has no room for any number of values. */
const maxAllValues = 2000;

const orderNames = /* @__PURE__ */ new Set(["order", "ordering"]);
const searchNames = /* @__PURE__ */ new Set(["q", "search"]);

/** Whether a field goes out as it is stored; `undefined` where that is not known. */
type Shows = (field: string) => boolean | undefined;

/** The readings of one text; one when the kind is known. */
function readings(name: string, text: string, kind: FieldKind | undefined): unknown[] {
  const found = kind === undefined || kind === "json" ? readQueryGuesses(text) : [readQueryValue(text, kind)];
  if (found.length === 0 || found[0] === undefined) throw refuseParameter("Invalid value of parameter", name);
  return found;
}

/** A text to look for within others: what that costs grows with its length. */
function bounded(name: string, text: string, maxSearch: number): string {
  if (text.length > maxSearch) throw refuseParameter(`At most ${maxSearch} characters in parameter`, name);
  return text;
}

const split = (values: readonly string[]): string[] => values.flatMap(value => value.split(","));

type Condition = Record<string, unknown>;

function condition(
  name: string,
  field: string,
  operator: string | undefined,
  values: readonly string[],
  kind: FieldKind | undefined,
  maxSearch: number,
): Condition {
  const one = (as: FieldKind): unknown => readings(name, singleValue(name, values), as)[0];
  const each = (texts: readonly string[]): unknown[] => texts.flatMap(text => readings(name, text, kind));
  switch (operator) {
    case undefined:
    case "in": {
      const texts = split(values);
      if (texts.length > maxValues) throw refuseParameter("Too many values of parameter", name);
      return { [field]: { in: each(texts) } };
    }
    case "eq":
      return { [field]: { in: each([singleValue(name, values)]) } };
    case "ne":
      return { not: { [field]: { in: each([singleValue(name, values)]) } } };
    case "isNull":
      return { [field]: { isNull: one("boolean") } };
    case "contains":
      return { [field]: { contains: bounded(name, one("text") as string, maxSearch) } };
    case "startsWith":
      return { [field]: { startsWith: one("text") } };
    default:
      // Readings of different types never compare with the same value: at most one of them can hold.
      return { or: each([singleValue(name, values)]).map(value => ({ [field]: { [operator]: value } })) };
  }
}

function filterOf(
  name: string,
  values: readonly string[],
  { filters, maxSearch }: Allowed,
  fields: KnownFields,
  shows: Shows,
): Condition {
  const [, field = name, operator] = /^([^[\]]*)\[([^[\]]*)\]$/.exec(name) ?? [];
  const filter = filters.get(field);
  if (filter === undefined) throw refuseParameter("Unknown parameter", name);
  const isList = split(values).length > 1;
  if (!isAllowed(filter, operator, isList, () => shows(field) === true)) {
    throw refuseParameter("Unknown operator in parameter", name);
  }
  const known = fields && Object.hasOwn(fields, field) ? fields[field] : undefined;
  return condition(name, field, operator, values, filter.kind ?? known, maxSearch);
}

/** How many values a condition of one field compares with. */
function countIn(condition: Condition): number {
  const [one] = Object.values(condition) as { in?: unknown[] }[];
  return one?.in?.length ?? 1;
}

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
 * letter), `order=-createdAt,name` or `ordering=…`, `q=ann` or `search=…`. Nothing is passed over: what is not allowed,
 * unknown or malformed is refused.
 *
 * @param query all values by name
 * @param allowed what may be asked for
 * @param fields the fields' kinds, where the model knows them
 * @param shows which fields go out: others may not be compared piece by piece
 * @throws BadRequest naming the parameter
 */
export function readListQuery(
  query: Readonly<Record<string, readonly string[]>>,
  allowed: Allowed,
  fields: KnownFields,
  shows: Shows,
): Asked {
  const asked: Asked = { where: [], order: [], text: undefined };
  const seen = new Set<string>();
  let listed = 0;
  const addFilter = (name: string, values: readonly string[]): void => {
    const added = filterOf(name, values, allowed, fields, shows);
    listed += countIn(added);
    if (listed > maxAllValues) throw refuseParameter("Too many values up to parameter", name);
    asked.where.push(added);
  };
  for (const [name, values] of Object.entries(query)) {
    const once = (purpose: string): string => {
      if (seen.has(purpose)) throw refuseParameter("Parameter given more than once", name);
      seen.add(purpose);
      return singleValue(name, values);
    };
    if (allowed.filters.has(name)) addFilter(name, values);
    else if (allowed.ignored.has(name)) continue;
    else if (orderNames.has(name) && allowed.ordering.size > 0) {
      asked.order = orderOf(name, once("order"), allowed);
    } else if (searchNames.has(name) && allowed.search) {
      asked.text = searchOf(name, once("search"), allowed.maxSearch);
    } else addFilter(name, values);
  }
  return asked;
}

function searchOf(name: string, text: string, maxSearch: number): string {
  if (readQueryValue(text, "text") === undefined) throw refuseParameter("Invalid value of parameter", name);
  return bounded(name, text, maxSearch);
}
