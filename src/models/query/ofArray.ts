import { fieldsOfModel } from "../fields/fields.ts";
import type { Model, Queryset } from "../types.ts";
import { arrayQueryset } from "./arrayQueryset.ts";
import { comparePositions } from "./ordering.ts";

/** What an array has to know of the model whose objects it holds. */
export type Described<T> = Pick<
  Model<T>,
  "name" | "idKey" | "schema" | "fields" | "stamps" | "softDelete" | "relations"
> &
  Partial<Pick<Model<T>, "update" | "delete">>;

/** Makes a queryset of an array: what `#arrays` means unless the condition `tsverless-no-arrays` is given. */
export function ofArray<T extends object>(
  objects: readonly T[],
  model: Omit<Described<T>, "update" | "delete">,
): Queryset<T> {
  const { name, idKey, softDelete } = model;
  const steps = [{ field: idKey, descending: false }];
  let sorted: readonly T[] | undefined;
  return arrayQueryset<T>({
    name,
    idKey,
    softDelete,
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
