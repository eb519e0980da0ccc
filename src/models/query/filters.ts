import { checkKind } from "../fields/checkValue.ts";
import { fieldsOfModel } from "../fields/fields.ts";
import type { FieldKind, Operators, RelatedModel, RelatedPath } from "../types.ts";
import { type PathField, pathFields } from "./relating.ts";
import { operatorNames } from "./where.ts";

/** An operator of the query string: `age[gte]=18`. */
export type FilterOperator = keyof Operators<unknown>;

/**
 * How a field may be filtered by. `true` and a kind allow the operators of its kind, but parts of text (`contains`,
 * `startsWith`, `endsWith`, those that do not mind the case) and order (`gt`, `gte`, `lt`, `lte`, `between`) only where the field
 * goes out; a list allows its operators, whatever goes out.
 */
export type Filter =
  | true
  | FieldKind
  | readonly FilterOperator[]
  | { readonly kind?: FieldKind; readonly operators?: readonly FilterOperator[] };

/** The `filters` option: names of fields, also of what is related, or how each of them may be filtered by. */
export type FiltersOption<T> =
  | readonly ((keyof T & string) | RelatedPath<T>)[]
  | { readonly [K in (keyof T & string) | RelatedPath<T>]?: Filter };

/** A filter of the option, read. */
export interface AllowedFilter {
  /** What the field holds, where the option says it. */
  readonly kind: FieldKind | undefined;
  /** The operators that the option names; `undefined` where it names none. */
  readonly operators: readonly string[] | undefined;
  /** What it is about, where that is a field of what is related. */
  readonly path?: PathField;
}

const none: AllowedFilter = { kind: undefined, operators: undefined };

/** What compares text alone. */
const textual: readonly string[] = [
  "contains",
  "startsWith",
  "endsWith",
  "ieq",
  "icontains",
  "istartsWith",
  "iendsWith",
];

/** What goes by an order. */
const ordered: readonly string[] = ["gt", "gte", "lt", "lte", "between"];

/** Whether it reveals a value piece by piece: with these, a field that is never shown can be read all the same. */
const isRevealing = (operator: string): boolean => textual.includes(operator) || ordered.includes(operator);

/** The operators, of these, that a field of this kind has. */
export function operatorsOfKind(kind: string | undefined, operators: readonly string[]): readonly string[] {
  const isText = kind === undefined || kind === "text";
  const hasOrder = kind !== "json" && kind !== "boolean";
  return operators.filter(name => (textual.includes(name) ? isText : hasOrder || !ordered.includes(name)));
}

function checkOperators(factory: string, field: string, operators: unknown): readonly string[] | undefined {
  if (operators === undefined) return undefined;
  if (!Array.isArray(operators) || operators.length === 0) {
    throw new TypeError(`${factory}: option "filters" must list the operators of "${field}"`);
  }
  for (const name of operators) {
    if (operatorNames.includes(name as string)) continue;
    throw new TypeError(
      `${factory}: option "filters" gives "${field}" an unknown operator; there are ${operatorNames.join(", ")}`,
    );
  }
  return [...(operators as readonly string[])];
}

function readFilter(factory: string, field: string, given: unknown): AllowedFilter {
  if (given === undefined || given === true) return none;
  if (Array.isArray(given)) return { kind: undefined, operators: checkOperators(factory, field, given) };
  if (typeof given !== "object" || given === null) {
    checkKind(factory, field, given);
    return { kind: given as FieldKind, operators: undefined };
  }
  const { kind, operators, ...unknown } = given as { kind?: FieldKind; operators?: unknown };
  const [odd] = Object.keys(unknown);
  if (odd !== undefined) {
    throw new TypeError(
      `${factory}: option "filters" gives "${field}" an unknown "${odd}"; it takes kind, operators`,
    );
  }
  if (kind !== undefined) checkKind(factory, field, kind);
  return { kind, operators: checkOperators(factory, field, operators) };
}

/**
 * Reads a `filters` option.
 *
 * @param factory who takes it, for messages
 * @param model whose objects they narrow
 * @throws TypeError naming the field whose kind or operators are none, or the path that leads nowhere
 */
export function readFilters(
  factory: string,
  option: object,
  model: RelatedModel,
): ReadonlyMap<string, AllowedFilter> {
  const names = Array.isArray(option) ? (option as string[]).map(name => [name, true] as const) : undefined;
  const entries = names ?? Object.entries(option);
  const paths = pathFields(
    factory,
    model,
    entries.map(([field]) => field),
  );
  return new Map(
    entries.map(([field, given]) => {
      const filter = readFilter(factory, field, given);
      const path = paths.get(field);
      if (path === undefined) return [field, filter];
      return [field, { ...filter, kind: filter.kind ?? fieldsOfModel(path.model)?.[path.name], path }];
    }),
  );
}

/** The operators that a field may be filtered by, where it goes out as it is stored and where it does not. */
export function operatorsFor(
  { operators }: Pick<AllowedFilter, "operators">,
  isShown: boolean,
): readonly string[] {
  if (operators !== undefined) return operators;
  return isShown ? operatorNames : operatorNames.filter(name => !isRevealing(name));
}

/**
 * Whether a field may be filtered by an operator.
 *
 * @param operator `undefined` for a bare name, which is `eq` with one value and `in` with several
 * @param isShown whether the field goes out as it is stored; asked where it matters
 */
export function isAllowed(
  { operators }: AllowedFilter,
  operator: string | undefined,
  isList: boolean,
  isShown: () => boolean,
): boolean {
  if (operators === undefined) {
    const name = operator ?? "in";
    return operatorNames.includes(name) && (!isRevealing(name) || isShown());
  }
  if (operator !== undefined) return operators.includes(operator);
  return operators.includes("in") || (!isList && operators.includes("eq"));
}
