import type { KnownFields } from "../fields/knownFields.ts";
import type { FieldKind } from "../types.ts";
import type { Condition } from "./condition.ts";
import { comparedDates, type DateFormat, sameDates } from "./dateTexts.ts";
import { type AllowedFilter, isAllowed } from "./filters.ts";
import { readQueryGuesses, readQueryJson, readQueryValue } from "./queryValue.ts";
import type { PathField } from "./relating.ts";
import { refuseParameter, singleValue } from "./singleValue.ts";

/** What one parameter may list; longer lists of values are no use of a URL, and databases bound them. */
const maxValues = 500;

/** What a text was read as. @throws BadRequest naming the parameter when that is nothing */
function known<V>(name: string, found: readonly V[]): readonly V[] {
  if (found.length === 0 || found[0] === undefined) throw refuseParameter("Invalid value of parameter", name);
  return found;
}

/** The readings of one text; one when the kind is known. */
function readings(name: string, text: string, kind: FieldKind | undefined): readonly unknown[] {
  if (kind !== undefined && kind !== "json") return known(name, [readQueryValue(text, kind)]);
  const json = kind === "json" ? readQueryJson(text) : undefined;
  return known(name, json === undefined ? readQueryGuesses(text) : [json]);
}

/** A text to look for within others: what that costs grows with its length. */
export function bounded(name: string, text: string, maxSearch: number): string {
  if (text.length > maxSearch) throw refuseParameter(`At most ${maxSearch} characters in parameter`, name);
  return text;
}

/** The values of a list with commas between them, which objects and lists of JSON have within. */
const split = (values: readonly string[], kind: FieldKind | undefined): string[] =>
  values.flatMap(value =>
    kind === "json" && readQueryJson(value) !== undefined ? [value] : value.split(","),
  );

function condition(
  name: string,
  field: string,
  operator: string | undefined,
  values: readonly string[],
  kind: FieldKind | undefined,
  format: DateFormat | undefined,
  maxSearch: number,
): Condition {
  const one = (as: FieldKind): unknown => readings(name, singleValue(name, values), as)[0];
  const each = (texts: readonly string[]): unknown[] =>
    texts.flatMap(text =>
      format === undefined ? readings(name, text, kind) : known(name, sameDates(text, format)),
    );
  const listed = (): unknown[] => {
    const texts = split(values, kind);
    if (texts.length > maxValues) throw refuseParameter("Too many values of parameter", name);
    return each(texts);
  };
  // Readings of different types never compare with the same value: at most one of them can hold.
  const anyOf = (sign: string, text: string): Condition => {
    if (format !== undefined) return known(name, [comparedDates(field, sign, text, format)])[0] as Condition;
    return { or: each([text]).map(value => ({ [field]: { [sign]: value } })) };
  };
  switch (operator) {
    case undefined:
    case "in":
      return { [field]: { in: listed() } };
    case "notIn":
      return { not: { [field]: { in: listed() } } };
    case "eq":
      return { [field]: { in: each([singleValue(name, values)]) } };
    case "ne":
      return { not: { [field]: { in: each([singleValue(name, values)]) } } };
    case "between": {
      const ends = singleValue(name, values).split(",");
      if (ends.length !== 2)
        throw refuseParameter("Two values with a comma between them belong in parameter", name);
      const [from, to] = ends as [string, string];
      return { and: [anyOf("gte", from), anyOf("lte", to)] };
    }
    case "isNull":
      return { [field]: { isNull: one("boolean") } };
    case "startsWith":
    case "endsWith":
      return { [field]: { [operator]: one("text") } };
    case "contains":
    case "ieq":
    case "icontains":
    case "istartsWith":
    case "iendsWith":
      return { [field]: { [operator]: bounded(name, one("text") as string, maxSearch) } };
    default:
      return anyOf(operator, singleValue(name, values));
  }
}

/** Which fields may be filtered by, and how. */
export interface AllowedFilters {
  /** Fields to filter by, with their kinds and operators where the option names them. */
  filters: ReadonlyMap<string, AllowedFilter>;
  /** How many characters a text may have that is looked for within others. */
  maxSearch: number;
}

/** What is known of the objects. */
export interface Known {
  /** The fields' kinds, where the model knows them. */
  readonly fields: KnownFields;
  /** How a field that holds text writes dates, where its schema says that it does. */
  readonly dates: (field: string, path: PathField | undefined) => DateFormat | undefined;
  /** Whether a field goes out as it is stored; `undefined` where that is not known. */
  readonly shows: (field: string, isPath: boolean) => boolean | undefined;
}

/**
 * Reads a parameter as a filter: `age`, `age[gte]`.
 *
 * @param name the parameter as it was sent, for messages
 * @param key the same without what stands around it in a group
 * @param values all that was sent under that name
 * @returns the condition, as a `Where`
 * @throws BadRequest naming the parameter
 */
export function readFilter(
  name: string,
  key: string,
  values: readonly string[],
  { filters, maxSearch }: AllowedFilters,
  { fields, dates, shows }: Known,
): Condition {
  const [, field = key, operator] = /^([^[\]]*)\[([^[\]]*)\]$/.exec(key) ?? [];
  const filter = filters.get(field);
  if (filter === undefined) throw refuseParameter("Unknown parameter", name);
  const { path } = filter;
  const kind = filter.kind ?? (fields && Object.hasOwn(fields, field) ? fields[field] : undefined);
  const isList = split(values, kind).length > 1;
  if (!isAllowed(filter, operator, isList, () => shows(field, path !== undefined) === true)) {
    throw refuseParameter("Unknown operator in parameter", name);
  }
  const format = kind === "text" ? dates(field, path) : undefined;
  const where = condition(name, path?.name ?? field, operator, values, kind, format, maxSearch);
  return path === undefined ? where : path.condition(where, name);
}

/** How many values a condition that {@link readFilter} gave compares with. */
export function countIn(where: Condition): number {
  const [[name = "", first] = []] = Object.entries(where.not ?? where) as [string, { in?: unknown[] }][];
  // What is asked of something related is a condition of its own.
  return name.endsWith(".*") ? countIn(first as Condition) : (first?.in?.length ?? 1);
}
