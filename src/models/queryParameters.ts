import { BadRequest } from "../errors.ts";
import { readQueryGuesses, readQueryValue } from "./queryValue.ts";
import type { FieldKind } from "./types.ts";
import { type KnownFields, operatorNames } from "./where.ts";

/** What a list may be asked by. */
export interface Allowed {
  /** Fields to filter by, with their kinds where the option names them. */
  filters: ReadonlyMap<string, FieldKind | undefined>;
  /** Fields to order by. */
  ordering: ReadonlySet<string>;
  /** Whether a text may be searched for. */
  search: boolean;
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

const orderNames = /* @__PURE__ */ new Set(["order", "ordering"]);
const searchNames = /* @__PURE__ */ new Set(["q", "search"]);

const refuse = (message: string, name: string): BadRequest => {
  const field = name.length > 100 ? `${name.slice(0, 100)}…` : name;
  return new BadRequest(`${message}: ${field}`, { field });
};

function single(name: string, values: readonly string[]): string {
  const [value, ...more] = values;
  if (value === undefined || more.length > 0) throw refuse("Parameter given more than once", name);
  return value;
}

/** The readings of one text; one when the kind is known. */
function readings(name: string, text: string, kind: FieldKind | undefined): unknown[] {
  const found = kind === undefined || kind === "json" ? readQueryGuesses(text) : [readQueryValue(text, kind)];
  if (found.length === 0 || found[0] === undefined) throw refuse("Invalid value of parameter", name);
  return found;
}

const split = (values: readonly string[]): string[] => values.flatMap(value => value.split(","));

type Condition = Record<string, unknown>;

function condition(
  name: string,
  field: string,
  operator: string | undefined,
  values: readonly string[],
  kind: FieldKind | undefined,
): Condition {
  const one = (as: FieldKind): unknown => readings(name, single(name, values), as)[0];
  const each = (texts: readonly string[]): unknown[] => texts.flatMap(text => readings(name, text, kind));
  switch (operator) {
    case undefined:
    case "in": {
      const texts = split(values);
      if (texts.length > maxValues) throw refuse("Too many values of parameter", name);
      return { [field]: { in: each(texts) } };
    }
    case "eq":
      return { [field]: { in: each([single(name, values)]) } };
    case "ne":
      return { not: { [field]: { in: each([single(name, values)]) } } };
    case "isNull":
      return { [field]: { isNull: one("boolean") } };
    case "contains":
    case "startsWith":
      return { [field]: { [operator]: one("text") } };
    default:
      // Readings of different types never compare with the same value: at most one of them can hold.
      return { or: each([single(name, values)]).map(value => ({ [field]: { [operator]: value } })) };
  }
}

function filterOf(name: string, values: readonly string[], allowed: Allowed, fields: KnownFields): Condition {
  const [, field = name, operator] = /^([^[\]]*)\[([^[\]]*)\]$/.exec(name) ?? [];
  if (!allowed.filters.has(field)) throw refuse("Unknown parameter", name);
  if (operator !== undefined && !operatorNames.includes(operator)) {
    throw refuse("Unknown operator in parameter", name);
  }
  const known = fields && Object.hasOwn(fields, field) ? fields[field] : undefined;
  return condition(name, field, operator, values, allowed.filters.get(field) ?? known);
}

function orderOf(name: string, text: string, allowed: Allowed): string[] {
  const keys = text.split(",");
  const fields = keys.map(key => (key.startsWith("-") ? key.slice(1) : key));
  const isKnown = fields.every(field => allowed.ordering.has(field));
  if (!isKnown || new Set(fields).size < fields.length) throw refuse("Invalid value of parameter", name);
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
 * @throws BadRequest naming the parameter
 */
export function readListQuery(
  query: Readonly<Record<string, readonly string[]>>,
  allowed: Allowed,
  fields: KnownFields,
): Asked {
  const asked: Asked = { where: [], order: [], text: undefined };
  const seen = new Set<string>();
  for (const [name, values] of Object.entries(query)) {
    const once = (purpose: string): string => {
      if (seen.has(purpose)) throw refuse("Parameter given more than once", name);
      seen.add(purpose);
      return single(name, values);
    };
    if (allowed.filters.has(name)) asked.where.push(filterOf(name, values, allowed, fields));
    else if (allowed.ignored.has(name)) continue;
    else if (orderNames.has(name) && allowed.ordering.size > 0) {
      asked.order = orderOf(name, once("order"), allowed);
    } else if (searchNames.has(name) && allowed.search) {
      asked.text = searchOf(name, once("search"));
    } else asked.where.push(filterOf(name, values, allowed, fields));
  }
  return asked;
}

function searchOf(name: string, text: string): string {
  if (text.length > 1000 || readQueryValue(text, "text") === undefined) {
    throw refuse("Invalid value of parameter", name);
  }
  return text;
}
