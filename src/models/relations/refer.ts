import { canonicalJson } from "../fields/values.ts";
import type { AnyScope } from "../query/scope.ts";
import type { Relation } from "../types.ts";
import { type Related, type Request, relatedReader } from "./read.ts";

type Row = Readonly<Record<string, unknown>>;

/** Says of each row whether its keys refer to what is not there; keys of which one is null refer to nothing. */
export type Dangling = (rows: readonly Row[], request: Request) => Promise<boolean[]>;

/** What was found for a request, by relation: an object is looked up once, however many refer to it one after another. */
const found: WeakMap<object, Map<Relation, Set<string>>> = /* @__PURE__ */ new WeakMap();

function foundFor({ context }: Request, relation: Relation): Set<string> {
  const all = found.get(context as object) ?? new Map<Relation, Set<string>>();
  found.set(context as object, all);
  const own = all.get(relation) ?? new Set<string>();
  all.set(relation, own);
  return own;
}

/**
 * Makes what looks up whether objects refer to others that are there: one look-up for all rows of a call, as what they refer to
 * is read to be shown.
 *
 * @param relation one to at most one object
 * @param scope its `queryset`: what is not among those objects is not there
 */
export function danglingBy(relation: Relation, scope: AnyScope<unknown> | undefined): Dangling {
  let related: Related | undefined;

  return async function dangling(rows, { event, context }) {
    // The model of a function is not asked for before it is needed.
    related ??= relatedReader({ relation, scope, orderBy: [], limit: 1, owner: relation.model });
    const read = related;
    // What is not there now may be when it is asked for again: nothing is kept of this call but what is found.
    const request: Request = { event, context };
    const known = foundFor(request, relation);

    async function isDangling(row: Row): Promise<boolean> {
      const keys = relation.keys.map(key => row[key] ?? null);
      const text = canonicalJson(keys);
      if (keys.includes(null) || known.has(text)) return false;
      const objects = (await read(row, request)) ?? [];
      if (objects.length > 0) known.add(text);
      return objects.length === 0;
    }
    return Promise.all(rows.map(isDangling));
  };
}
