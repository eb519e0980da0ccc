import { NotFound, ServerError } from "../../core/errors.ts";
import { readValue } from "../fields/checkValue.ts";
import { fieldsOfModel } from "../fields/fields.ts";
import { sameValue } from "../fields/values.ts";
import type { Model, Queryset } from "../types.ts";
import { type Admit, admitBy, admittingCreate, admittingUpdate, versionOf } from "./admission.ts";
import { asQueryset } from "./asQueryset.ts";

type Fields = Record<string, unknown>;
/** What a `queryset` option gave. */
export type Bounds<T> = Queryset<T> | readonly T[];

/** What asks before a write: the queryset, where it can judge an object that is not there yet. */
function admitOf<T>(objects: Queryset<T>): Admit | undefined {
  return objects.admits && admitBy((row, isWhole) => objects.admits?.(row as Partial<T>, isWhole));
}

/**
 * Fields as the model would store them, as far as that can be known: what its schema makes of them can't, nor a value that does
 * not fit its field.
 */
function foreseen<T>(model: Model<T>, data: object): Fields | undefined {
  if (model.schema !== undefined) return undefined;
  const kinds = fieldsOfModel(model);
  const row: Fields = {};
  for (const [field, value] of Object.entries(data)) {
    const kind = kinds?.[field];
    row[field] = kind === undefined || value === null ? value : readValue(kind, value);
  }
  return row;
}

const idOf = <T>(model: Model<T>, object: unknown): unknown =>
  (object as Fields | null | undefined)?.[model.idKey] ?? undefined;

/** Whether what was stored is among the objects: by what it says, else by what the queryset finds. */
async function isAmong<T>(objects: Queryset<T>, stored: T, id: unknown): Promise<boolean> {
  if (objects.admits?.(stored as Partial<T>, true) === true) return true;
  return ((await objects.get(String(id))) ?? undefined) !== undefined;
}

async function takeBack<T>(model: Model<T>, id: unknown): Promise<void> {
  const stored = (await model.objects.get(String(id))) ?? undefined;
  try {
    if (stored !== undefined) await model.delete(stored);
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
  }
}

/**
 * Stores a new object that is among the objects of `bounds`. A queryset that can judge it is asked before it is written; any
 * other, and of what a step of one's own made every one, afterwards, and what is not among them is taken back.
 *
 * @param bounds what a `queryset` option gave; a list of objects admits no new one
 * @param make a step of one's own in place of the model's `create`
 * @throws NotFound when it would not be among them
 */
export async function createWithin<T>(
  model: Model<T>,
  bounds: Bounds<T>,
  data: Partial<T>,
  make?: () => unknown,
  isResponse?: (made: unknown) => boolean,
): Promise<unknown> {
  if (Array.isArray(bounds)) throw new NotFound();
  const objects = asQueryset(bounds, model);
  const admit = admitOf(objects);
  if (make !== undefined) {
    const given = idOf(model, data);
    const found = given === undefined ? undefined : ((await model.objects.get(String(given))) ?? undefined);
    const before = found && { ...found };
    const made = await make();
    return isResponse?.(made) ? made : confirmed(model, objects, made as T, before);
  }
  const create = admit && admittingCreate(model);
  if (create !== undefined) return confirmed(model, objects, await create(data, admit as Admit));
  const row = admit && foreseen(model, data);
  if (row !== undefined) admit?.(row, false);
  return confirmed(model, objects, await model.create(data));
}

/** @param before what was stored under the id that was given, which a step of one's own may have overwritten */
async function confirmed<T>(model: Model<T>, objects: Queryset<T>, made: T, before?: T): Promise<T> {
  const id = idOf(model, made);
  if (id === undefined) {
    const cause = new Error(
      `the create step gave no ${model.idKey}, so that the queryset can't be asked for it`,
    );
    throw new ServerError(undefined, { cause });
  }
  if (await isAmong(objects, made, id)) return made;
  if (before !== undefined && String(idOf(model, before)) === String(id)) await restore(model, before);
  else await takeBack(model, id);
  throw new NotFound();
}

/**
 * Changes an object of `bounds`, so that it stays among them; otherwise as {@link createWithin}.
 *
 * @param change a step of one's own in place of the model's `update`
 * @throws NotFound when it would not stay
 */
export async function updateWithin<T>(
  model: Model<T>,
  bounds: Bounds<T>,
  object: T,
  changes: Partial<T>,
  change?: () => unknown,
  isResponse?: (made: unknown) => boolean,
): Promise<unknown> {
  // A list has its objects by their ids, which no change touches.
  const isList = Array.isArray(bounds);
  const objects = asQueryset(bounds, model);
  const admit = isList ? undefined : admitOf(objects);
  if (change !== undefined) {
    const before = { ...object };
    const changed = await change();
    if (isResponse?.(changed) || isList) return changed;
    return stayed(model, objects, before, changed as T);
  }
  if (isList) return model.update(object, changes);
  const update = admit && admittingUpdate(model);
  if (update !== undefined)
    return stayed(model, objects, object, await update(object, changes, admit as Admit));
  const row = admit && foreseen(model, { ...object, ...changes });
  if (row !== undefined) admit?.(row, false);
  return stayed(model, objects, object, await model.update(object, changes));
}

/** Gives what is stored the values that it had. */
async function restore<T>(model: Model<T>, before: T): Promise<void> {
  const stored = ((await model.objects.get(String(idOf(model, before)))) ?? undefined) as Fields | undefined;
  if (stored === undefined) return;
  const old = before as Fields;
  const version = versionOf(model);
  const moved = Object.keys({ ...old, ...stored }).filter(
    name => name !== version && !sameValue(old[name], stored[name]),
  );
  if (moved.length === 0) return;
  const values = Object.fromEntries(moved.map(name => [name, old[name] ?? null]));
  await model.update(stored as T, values as Partial<T>);
}

async function stayed<T>(model: Model<T>, objects: Queryset<T>, before: T, changed: T): Promise<T> {
  if (await isAmong(objects, changed, idOf(model, before))) return changed;
  await restore(model, before);
  throw new NotFound();
}
