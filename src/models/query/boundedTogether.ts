import { NotFound, ServerError } from "../../core/errors.ts";
import type { Model } from "../types.ts";
import { admitBy, admittingCreate, admittingUpdate } from "./admission.ts";
import { asQueryset } from "./asQueryset.ts";
import type { Bounds } from "./bounded.ts";

type Judge<T> = (object: Partial<T>, isWhole: boolean) => boolean | undefined;

/** The judge of a queryset: to ask the database for an object would be to ask outside of what is kept together. */
function judgeOf<T>(bounds: Bounds<T>, model: Model<T>): Judge<T> {
  const objects = asQueryset(bounds, model);
  if (objects.admits) return (object, isWhole) => objects.admits?.(object, isWhole);
  const cause = new Error(
    `${model.name}: what is written together takes a queryset that can judge an object before it is stored: one of the model, or one with "admits"`,
  );
  throw new ServerError(undefined, { cause });
}

/** What was written is undone by whoever keeps it together. */
function admitted<T>(judge: Judge<T>, object: T): T {
  if (judge(object as Partial<T>, true) !== true) throw new NotFound();
  return object;
}

/**
 * Stores a new object that is among the objects of `bounds`, where what belongs together is written.
 *
 * @param model the one that `together` gave
 * @param bounds what a `queryset` option gave; a list of objects admits no new one
 * @throws NotFound when it would not be among them
 */
export async function createTogether<T>(model: Model<T>, bounds: Bounds<T>, data: Partial<T>): Promise<T> {
  if (Array.isArray(bounds)) throw new NotFound();
  const judge = judgeOf(bounds, model);
  const create = admittingCreate(model);
  const admit = admitBy((row, isWhole) => judge(row as Partial<T>, isWhole));
  return admitted(judge, await (create ? create(data, admit) : model.create(data)));
}

/**
 * Changes an object of `bounds`, so that it stays among them; otherwise as {@link createTogether}.
 *
 * @throws NotFound when it would not stay
 */
export async function updateTogether<T>(
  model: Model<T>,
  bounds: Bounds<T>,
  object: T,
  changes: Partial<T>,
): Promise<T> {
  // A list has its objects by their ids, which no change touches.
  if (Array.isArray(bounds)) return model.update(object, changes);
  const judge = judgeOf(bounds, model);
  const update = admittingUpdate(model);
  const admit = admitBy((row, isWhole) => judge(row as Partial<T>, isWhole));
  return admitted(judge, await (update ? update(object, changes, admit) : model.update(object, changes)));
}
