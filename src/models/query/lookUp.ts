import { fieldsOfModel } from "../fields/fields.ts";
import type { Model, Queryset, Where } from "../types.ts";
import { readQueryGuesses, readQueryValue } from "./queryValue.ts";
import { firstOf } from "./reading.ts";

/**
 * Looks up the object that a text of a path names.
 *
 * @param model whose object it is
 * @param lookup the field that the text is compared with; `undefined` for the id
 * @param objects those that it may be
 * @param text as it stands in the path, decoded
 */
export function lookUp<T>(
  model: Model<T>,
  lookup: string | undefined,
  objects: Queryset<T>,
  text: string,
): Promise<T | undefined> {
  if (lookup === undefined || lookup === model.idKey) return objects.get(text);
  const kind = fieldsOfModel(model)?.[lookup];
  const values = kind === undefined ? readQueryGuesses(text) : [readQueryValue(text, kind)];
  if (values.length === 0 || values[0] === undefined) return Promise.resolve(undefined);
  const where = { [lookup]: { in: values } } as Where<T>;
  return firstOf(objects.filter(where));
}
