import { BadRequest, NotFound } from "../../src/core/errors.ts";
import { isObject } from "../../src/core/objects.ts";
import { withoutStack } from "../../src/core/withoutStack.ts";
import { objectParameter, pathParametersOf, putPathParameter } from "../../src/http/path.ts";
import { sameValue } from "../../src/models/fields/values.ts";
import { asQueryset } from "../../src/models/query/asQueryset.ts";
import type { Bounds } from "../../src/models/query/bounded.ts";
import { lookUp } from "../../src/models/query/lookUp.ts";
import { type AnyScope, boundsOf } from "../../src/models/query/scope.ts";
import type { Model, Where } from "../../src/models/types.ts";
import type { Parent } from "./parentTypes.ts";
import type { Request } from "./within.ts";

type Fields = Record<string, unknown>;

interface Loaded {
  parent: Fields | undefined;
  parents: readonly Fields[];
}

const loadedIn = (context: unknown): Loaded => context as Loaded;

/** The field of a parent that the key of what is below it refers to. */
const referredTo = ({ model, references }: Parent): string => references ?? model.idKey;

/** The field of a parent that the parameter of the path is compared with. */
export const namedBy = (level: Parent): string => level.lookup ?? referredTo(level);

/** The field of what is below a parent that refers to it. */
export function keyBelow(level: Parent, context: unknown): Fields {
  return { [level.key]: loadedIn(context).parent?.[referredTo(level)] };
}

/**
 * What a `queryset` option gives of what is below a parent: that of the context.
 *
 * @param parent `undefined` for what is below nothing
 */
export async function boundsBelow<T>(
  model: Model<T>,
  parent: Parent | undefined,
  scope: AnyScope<T> | undefined,
  request: Request,
): Promise<Bounds<T>> {
  const objects = scope === undefined ? model.objects : await boundsOf(scope, request);
  if (parent === undefined) return objects;
  const where = keyBelow(parent, request.context);
  if (!Array.isArray(objects)) return (objects as Exclude<Bounds<T>, readonly T[]>).filter(where as Where<T>);
  return objects.filter(object => sameValue((object as Fields)[parent.key], where[parent.key]));
}

/** A context in which other parents are loaded; all else is that of the request. */
function contextWith(context: unknown, parents: readonly Fields[]): Loaded {
  return Object.assign(Object.create(context as object) as object, { parent: parents[0], parents });
}

/** One parent, looked up within its own scope below those above it; `undefined` where there is none. */
async function find(
  [level, above]: readonly (Parent | undefined)[],
  { event, context }: Request,
  text: string,
  field: string,
): Promise<Fields | undefined> {
  const { model, queryset } = level as Parent;
  const objects = await boundsBelow(model, above, queryset, { event, context });
  return (await lookUp(model, field, asQueryset(objects, model), text)) ?? undefined;
}

/**
 * Loads the objects that a path is under, the outermost first, each below the one above it, and puts them on `context.parent` and
 * `context.parents`.
 *
 * @param levels the nearest first
 * @throws NotFound when one is not there
 */
export async function loadParents(levels: readonly Parent[], { event, context }: Request): Promise<void> {
  // The last segment of a path, which a source without routes gives for any parameter, is not the parent's.
  if (pathParametersOf(event) === undefined) throw withoutStack(() => new NotFound());
  let parents: readonly Fields[] = [];
  for (const [index, level] of [...levels.entries()].reverse()) {
    const text = objectParameter(event, level.param);
    putPathParameter(event, level.param, text);
    const parent = await find(levels.slice(index, index + 2), { event, context }, text, namedBy(level));
    if (parent === undefined) throw withoutStack(() => new NotFound());
    parents = [parent, ...parents];
    Object.assign(context as object, { parent, parents });
  }
}

const isId = (value: unknown): boolean => ["string", "number", "bigint"].includes(typeof value);

/** Whether a value of a body, in whatever form JSON has for it, is this id. */
const isSame = (value: unknown, id: unknown): boolean => isId(value) && String(value) === String(id);

/** @throws BadRequest when the body names another parent than the path */
export function checkKey(parent: Parent, { event, context }: Request): void {
  const { body } = event as { body: unknown };
  const { key } = parent;
  if (!isObject(body) || !Object.hasOwn(body, key)) return;
  if (isSame(body[key], keyBelow(parent, context)[key])) return;
  throw withoutStack(() => new BadRequest(`${key} must be that of the path`, { field: key }));
}

/**
 * What a `queryset` option gives for an object that gets changes: where they name another parent, what it gives below that one.
 *
 * @throws BadRequest when that parent is not among those that this request may reach
 */
export async function boundsAfter<T>(
  model: Model<T>,
  levels: readonly Parent[],
  scope: AnyScope<T> | undefined,
  changes: unknown,
  request: Request,
): Promise<Bounds<T>> {
  const { event, context } = request;
  const [level] = levels as [Parent];
  const value = isObject(changes) ? changes[level.key] : undefined;
  if (value === undefined || isSame(value, keyBelow(level, context)[level.key])) {
    return boundsBelow(model, level, scope, request);
  }
  const above = loadedIn(context).parents.slice(1);
  const target = isId(value)
    ? await find(
        levels.slice(0, 2),
        { event, context: contextWith(context, above) },
        String(value),
        referredTo(level),
      )
    : undefined;
  if (target === undefined) {
    throw withoutStack(
      () => new BadRequest(`${level.key} refers to what is not there`, { field: level.key }),
    );
  }
  return boundsBelow(model, level, scope, { event, context: contextWith(context, [target, ...above]) });
}
