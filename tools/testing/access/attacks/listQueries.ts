import type { Row } from "../../../../src/core/types.ts";
import type { AccessRoute } from "../routes.ts";
import type { Stored } from "../world.ts";

/** What a list is asked for, by parameter. */
export type Query = Readonly<Record<string, string>>;

/** Whether a value is a text that is asked for. */
export const isText = (value: unknown): value is string => typeof value === "string" && value.length > 3;

type Asked = readonly [field: string, value: string];

const textsOf = (rows: readonly Row[]): Asked[] =>
  rows.flatMap(row => Object.entries(row)).filter((entry): entry is [string, string] => isText(entry[1]));

/** The relations that a route lets a client ask for. */
function includesOf({ known }: AccessRoute): readonly string[] {
  return known.responses.flatMap(({ content }) => {
    const { include } = (content ?? {}) as { include?: readonly string[] };
    return include ?? [];
  });
}

/** Values of what is related, by the filters that are about it. */
function relatedValues({ known }: AccessRoute, stored: readonly Stored[]): Asked[] {
  return Object.entries(known.narrows?.filters ?? {}).flatMap(([name, { path }]) => {
    const rows = stored.flatMap(({ model, row }) => (model.name === path?.model.name ? [row] : []));
    const values = rows.map(row => row[path?.name ?? ""]).filter(isText);
    return values.map((value): Asked => [name, value]);
  });
}

/** What compares with a value that others have, in every way that a list takes. */
const comparisons = (field: string, value: string): Query[] => [
  { [field]: value },
  { [`${field}[ne]`]: `${value}x` },
  { [`${field}[notIn]`]: `${value}x` },
  { [`${field}[between]`]: `${value},${value}` },
];

/** Everything that the query of a list can ask: by what objects of others have, of what is related, page by page, in every order. */
export function queriesOf(route: AccessRoute, others: readonly Row[], all: readonly Stored[]): Query[] {
  const { filters = {}, ordering = [], search = [], or = false } = route.known.narrows ?? {};
  const values = textsOf(others);
  const asked = values.filter(([field]) => Object.hasOwn(filters, field));
  const related = relatedValues(route, all);
  const sought = values.filter(([field]) => search.includes(field));
  const alternatives = or ? [...asked.slice(0, 2), ...related.slice(0, 2)] : [];
  const include = includesOf(route);
  return [
    { limit: "100" },
    { limit: "1", offset: "1" },
    ...["include", "expand", "fields"].map(name => ({ [name]: "*" })),
    ...(include.length > 0 ? [...include, include.join(",")] : []).map(name => ({ include: name })),
    ...alternatives.flatMap(([field, value]) => [
      { [`or[0][${field}]`]: value },
      { [`or[0][${field}]`]: value, [`or[1][${field}][ne]`]: value },
    ]),
    ...related.slice(0, 3).flatMap(([field, value]) => comparisons(field, value)),
    ...asked.slice(0, 3).flatMap(([field, value]) => comparisons(field, value)),
    ...asked.slice(3).flatMap(([field, value]) => comparisons(field, value).slice(0, 2)),
    ...sought.map(([, value]) => ({ q: value.slice(0, 20) })),
    ...ordering.map(field => ({ order: field, limit: "1" })),
  ].slice(0, 48);
}
