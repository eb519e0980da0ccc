import type { Row } from "../../../src/core/types.ts";
import { asQueryset } from "../../../src/models/query/asQueryset.ts";
import { type AccessRoute, isStored, type StoredModel } from "./routes.ts";
import type { Actor, Asked, Variables } from "./types.ts";
import type { Snapshot } from "./world.ts";

type Known = Pick<AccessRoute, "known">;

const same = (a: unknown, b: unknown): boolean =>
  a !== undefined && a !== null && b !== undefined && b !== null && String(a) === String(b);

interface Level {
  readonly model: { readonly idKey: string };
  readonly references?: string;
  readonly lookup?: string;
}

/** The field of a parent that the key of what is below it refers to. */
const referredTo = ({ model, references }: Level): string => references ?? model.idKey;

/** The field of a parent that the parameter of the path is compared with. */
const namedBy = (level: Level): string => level.lookup ?? referredTo(level);

const rowsOf = (model: unknown, snapshot: Snapshot): Row[] =>
  [...snapshot.values()].filter(stored => stored.model === model).map(({ row }) => row);

/** The objects as they are, by the routes whose addresses are made of them. */
const seen: WeakMap<AccessRoute, Snapshot> = new WeakMap();

/** Goes by other objects from now on. */
export function lookForParents(routes: readonly AccessRoute[], snapshot: Snapshot): void {
  for (const route of routes) seen.set(route, snapshot);
}

/** The models of what a path is under. */
export const parentModels = ({ known }: Known): StoredModel[] =>
  known.parents.map(({ model }) => model as unknown).filter(isStored);

/** Whether an object is below the nearest of these parents; where the path is under nothing every one is. */
export function isBelow({ known }: Known, parents: readonly Row[], row: Row): boolean {
  const [level] = known.parents;
  return level === undefined || same(row[level.key], parents[0]?.[referredTo(level)]);
}

/**
 * The objects that a path is under, asked for as its options say, the nearest first: each within its own `queryset`, below the
 * one above it.
 *
 * @returns `undefined` where one is out of reach
 */
export async function parentsIn(
  { known }: Known,
  { event, context }: Asked,
  variables: Variables,
): Promise<Row[] | undefined> {
  const found: Row[] = [];
  for (const [at, level] of [...known.parents.entries()].reverse()) {
    const model = level.model as unknown as StoredModel;
    const queryset = level.queryset as ((event: unknown, context: unknown) => unknown) | undefined;
    const about = { ...context, parent: found[0], parents: found };
    const objects = queryset === undefined ? model.objects : await queryset(event, about);
    const above = known.parents[at + 1];
    let parent: Row | undefined;
    for await (const row of asQueryset(objects as never, model as never) as AsyncIterable<Row>) {
      const isNamed = same(row[namedBy(level)], variables[level.param]);
      const isThere = above === undefined || same(row[above.key], found[0]?.[referredTo(above)]);
      if (isNamed && isThere) parent = row;
    }
    if (parent === undefined) return undefined;
    found.unshift(parent);
  }
  return found;
}

/** The variables of a path by which an object is reached below its parents. */
export function addressBelow(route: AccessRoute, row: Row): Record<string, string> {
  const snapshot = seen.get(route) ?? new Map();
  const address: Record<string, string> = {};
  let below: Row | undefined = row;
  for (const level of route.known.parents) {
    const value: unknown = below?.[level.key];
    below = rowsOf(level.model, snapshot).find(parent => same(parent[referredTo(level)], value));
    const named = below?.[namedBy(level)] ?? (namedBy(level) === referredTo(level) ? value : undefined);
    if (named !== undefined && named !== null) address[level.param] = String(named);
  }
  return address;
}

/** The variables of a path of parents of somebody's own, going by what says who made them; else of any. */
export function addressFor(route: AccessRoute, { user = {} }: Actor): Record<string, string> {
  const snapshot = seen.get(route) ?? new Map();
  const [level, ...above] = route.known.parents;
  if (level === undefined) return {};
  const ids = new Set(
    Object.values(user).filter(value => typeof value === "string" || typeof value === "number"),
  );
  const chainOf = (row: Row): Row[] => {
    const chain = [row];
    for (const one of above) {
      const next = rowsOf(one.model, snapshot).find(parent =>
        same(parent[referredTo(one)], chain.at(-1)?.[one.key]),
      );
      if (next !== undefined) chain.push(next);
    }
    return chain;
  };
  const all = rowsOf(level.model, snapshot);
  const own = all.find(row =>
    chainOf(row).some(one => Object.values(one).some(value => ids.has(value as string))),
  );
  const row = own ?? all[0];
  return row === undefined ? {} : addressBelow(route, { [level.key]: row[referredTo(level)] });
}
