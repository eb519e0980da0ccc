import { BadRequest } from "../../src/core/errors.ts";
import { fieldsOfModel } from "../../src/models/fields/fields.ts";
import { readId } from "../../src/models/fields/readId.ts";
import type { FullQueryset, Model, Where } from "../../src/models/types.ts";

/** What an id may be in a body. */
export const isId = (id: unknown): id is string | number =>
  typeof id === "string" || Number.isSafeInteger(id);

/** So many ids are asked for at once. */
const mostIds = 1000;

/**
 * Loads the objects of many ids: by one read, where the kind of the ids is known and the engine finds objects by them; what that
 * does not find elsewhere is asked for one by one.
 *
 * @param objects the objects that the request may reach
 * @param ids as a client sent them
 * @returns what finds an object by an id
 */
export async function findMany<T>(
  model: Model<T>,
  objects: FullQueryset<T>,
  ids: readonly (string | number)[],
): Promise<(id: string | number) => Promise<T | undefined>> {
  const { idKey } = model;
  const kind = fieldsOfModel(model)?.[idKey];
  const found = new Map<string, T>();
  let isComplete = kind !== undefined;

  async function load(values: readonly unknown[]): Promise<void> {
    const where = { [idKey]: values } as Where<T>;
    for (const object of await objects.filter(where).all({ limit: values.length })) {
      found.set(String((object as Record<string, unknown>)[idKey]), object);
    }
  }
  const values = kind === undefined ? ids : ids.map(id => readId(id, kind)).filter(id => id !== undefined);
  const all = [...new Set(values)];
  try {
    // One is asked for as other generics ask for it.
    if (all.length === 1) isComplete = false;
    else for (let at = 0; at < all.length; at += mostIds) await load(all.slice(at, at + mostIds));
  } catch (error) {
    // No key or index of the engine serves it, or ids of no known kind are not all of one.
    if (!(error instanceof BadRequest)) throw error;
    isComplete = false;
  }
  return async function find(id) {
    const object = found.get(String(id));
    if (object !== undefined || isComplete || id === "") return object;
    return (await objects.get(String(id))) ?? undefined;
  };
}
