import { readAnyValue, readValue } from "../fields/checkValue.ts";
import { fieldsOfModel } from "../fields/fields.ts";
import { canonicalJson } from "../fields/values.ts";
import { asQueryset } from "../query/asQueryset.ts";
import { type AnyScope, boundsOf } from "../query/scope.ts";
import type { Model, Relation, Where } from "../types.ts";

type Row = Readonly<Record<string, unknown>>;

/** What a request asks of. */
export interface ReferRequest {
  event: unknown;
  context: unknown;
}

/** Says of each row whether its keys refer to what is not there; keys of which one is null refer to nothing. */
export type Dangling = (rows: readonly Row[], request: ReferRequest) => Promise<boolean[]>;

/** How many objects are looked up at once: `BatchGetItem` takes so many keys. */
const most = 100;

/** What was found for a request, by relation: an object is looked up once, however many refer to it one after another. */
const found: WeakMap<object, Map<Relation, Set<string>>> = /* @__PURE__ */ new WeakMap();

function foundFor({ context }: ReferRequest, relation: Relation): Set<string> {
  const all = found.get(context as object) ?? new Map<Relation, Set<string>>();
  found.set(context as object, all);
  const own = all.get(relation) ?? new Set<string>();
  all.set(relation, own);
  return own;
}

/**
 * Makes what looks up whether objects refer to others that are there: one look-up for all rows of a call.
 *
 * @param relation one to at most one object
 * @param scope its `queryset`: what is not among those objects is not there
 */
export function danglingBy(relation: Relation, scope: AnyScope<unknown> | undefined): Dangling {
  /** The values that a row's keys refer to; `null` for nothing, `undefined` for what no object can have. */
  function valuesOf(row: Row, references: readonly string[]): unknown[] | null | undefined {
    const kinds = fieldsOfModel(relation.model);
    const given = relation.keys.map(key => row[key] ?? null);
    if (given.includes(null)) return null;
    const values = given.map((value, at) => {
      const kind = kinds?.[references[at] as string];
      return kind === undefined ? readAnyValue(value) : readValue(kind, value);
    });
    return values.includes(undefined) ? undefined : values;
  }

  async function lookUpAll(
    wanted: readonly unknown[][],
    references: readonly string[],
    request: ReferRequest,
  ) {
    const model = relation.model as unknown as Model<unknown>;
    const objects = asQueryset(scope === undefined ? model.objects : await boundsOf(scope, request), model);
    const [only] = references as [string];
    const where =
      references.length === 1
        ? { [only]: { in: wanted.map(([value]) => value) } }
        : {
            or: wanted.map(values => Object.fromEntries(references.map((name, at) => [name, values[at]]))),
          };
    const { items } = await objects.filter(where as Where<unknown>).page({ limit: wanted.length });
    return items.map(item => canonicalJson(references.map(name => (item as Row)[name])));
  }

  return async function dangling(rows, request) {
    const { keys, model } = relation;
    const references = relation.references ?? [...keys.slice(0, -1), model.idKey];
    const known = foundFor(request, relation);
    const all = rows.map(row => valuesOf(row, references));
    const wanted = new Map(all.flatMap(values => (values ? [[canonicalJson(values), values] as const] : [])));
    for (const key of known) wanted.delete(key);
    const open = [...wanted.values()];
    for (let at = 0; at < open.length; at += most) {
      for (const key of await lookUpAll(open.slice(at, at + most), references, request)) known.add(key);
    }
    return all.map(values => values !== null && (values === undefined || !known.has(canonicalJson(values))));
  };
}
