import type { Model, Queryset } from "../../src/models/types.ts";

/** A model of one's own whose first page holds nothing yet, and leads on: as a store may give it that reads so much at a time. */
export function shortPages<T extends object>(model: Model<T>): Model<T> {
  const short = (objects: Queryset<T>): Queryset<T> => ({
    filter: where => short(objects.filter(where)),
    search: (...args) => short(objects.search(...args)),
    orderBy: (...keys) => short(objects.orderBy(...keys)),
    get: id => objects.get(id),
    async page({ cursor, ...request }) {
      return cursor === undefined ? { items: [], nextCursor: "on" } : objects.page(request);
    },
    count: () => objects.count(),
    [Symbol.asyncIterator]: () => objects[Symbol.asyncIterator](),
  });
  return Object.assign(Object.create(model) as Model<T>, { objects: short(model.objects) });
}
