import type { Model, Queryset } from "../../src/models/types.ts";

/**
 * A model that says when it is read.
 *
 * @param note is given the model's name at each read
 * @param isWhole whether it has the methods that a class of one's own may leave out
 */
export function notedModel<T extends object>(
  model: Model<T>,
  note: (name: string) => void,
  isWhole = true,
): Model<T> {
  const noting = (objects: Queryset<T>): Queryset<T> => ({
    filter: where => noting(objects.filter(where)),
    search: (...args) => noting(objects.search(...args)),
    orderBy: (...keys) => noting(objects.orderBy(...keys)),
    get: id => objects.get(id),
    page(request) {
      note(model.name);
      return objects.page(request);
    },
    count: () => objects.count(),
    [Symbol.asyncIterator]: () => objects[Symbol.asyncIterator](),
    ...(isWhole && {
      firstOfEach(names, limit) {
        note(model.name);
        return objects.firstOfEach?.(names, limit) as Promise<T[]>;
      },
    }),
  });
  return Object.assign(Object.create(model), { objects: noting(model.objects) });
}
