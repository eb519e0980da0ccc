import { fieldsOfModel } from "../fields/fields.ts";
import type { Model, Queryset } from "../types.ts";
import { arrayQueryset } from "./arrayQueryset.ts";
import { comparePositions } from "./ordering.ts";

type Described<T> = Pick<Model<T>, "name" | "idKey" | "schema" | "fields">;

const isArray = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/**
 * Makes a queryset of what a `queryset` option gave: one as it is, a plain array of the model's objects as one.
 *
 * @param given a queryset or an array
 * @param model whose objects they are
 * @throws TypeError when it is neither
 */
export function asQueryset<T>(given: Queryset<T> | readonly T[], model: Described<T>): Queryset<T> {
  if (!isArray(given)) {
    if (typeof (given as Partial<Queryset<T>> | undefined)?.page === "function") return given as Queryset<T>;
    throw new TypeError("the queryset option must give a queryset or an array");
  }
  return ofArray(given as readonly (T & object)[], model);
}

function ofArray<T extends object>(objects: readonly T[], model: Described<T>): Queryset<T> {
  const { name, idKey } = model;
  const steps = [{ field: idKey, descending: false }];
  let sorted: readonly T[] | undefined;
  return arrayQueryset<T>({
    name,
    idKey,
    get fields() {
      return fieldsOfModel(model);
    },
    sorted: () => {
      sorted ??= objects.toSorted((a, b) => comparePositions([a[idKey]], [b[idKey]], steps, undefined));
      return sorted;
    },
    find: id => objects.find(object => String(object[idKey]) === id),
    copy: object => object,
  });
}
