import type { FullQueryset, Queryset } from "../types.ts";
import { allOf, firstOf } from "./reading.ts";

const optional = ["first", "all", "exists"] as const;

const isFull = <T>(given: Queryset<T>): given is FullQueryset<T> =>
  optional.every(name => typeof given[name] === "function");

/** Gives a queryset the methods that it lacks, made of those that every queryset has. */
export function completed<T>(given: Queryset<T>): FullQueryset<T> {
  if (isFull(given)) return given;
  return {
    filter: where => completed(given.filter(where)),
    search: (text, fields) => completed(given.search(text, fields)),
    orderBy: (...keys) => completed(given.orderBy(...keys)),
    get: id => given.get(id),
    page: request => given.page(request),
    count: () => given.count(),
    [Symbol.asyncIterator]: () => given[Symbol.asyncIterator](),
    ...(given.admits && { admits: (object, isWhole) => given.admits?.(object, isWhole) }),
    first: () => given.first?.() ?? firstOf(given),
    all: options => given.all?.(options) ?? allOf(given, options),
    async exists() {
      return (await given.exists?.()) ?? (await firstOf(given)) !== undefined;
    },
  };
}
