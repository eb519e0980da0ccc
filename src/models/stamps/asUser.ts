import type { AsyncLocalStorage } from "node:async_hooks";
import { callers } from "../../core/callers.ts";

/** By what a user is known. */
export type UserId = string | number | bigint;

let storage: AsyncLocalStorage<UserId | null> | undefined;

function users(): AsyncLocalStorage<UserId | null> {
  storage ??= new (process.getBuiltinModule("node:async_hooks").AsyncLocalStorage)();
  return storage;
}

/**
 * Runs a function as a user: what it writes through models with `createdBy` or `updatedBy` is by this one, whatever it awaits.
 * The generics do so with the caller of their request; this is for jobs, queues and functions of your own.
 *
 * @param id by what the user is known; `null` or `undefined` for nobody
 * @param fn what is done
 * @returns what the function returns
 * @example
 * await asUser("importer", () => Posts.create({ title: "Imported" }));
 */
export function asUser<R>(id: UserId | null | undefined, fn: () => R): R {
  return users().run(id ?? null, fn);
}

/** By what the one is known as whom this runs; `null` for nobody. */
export const currentUser = (): UserId | null => storage?.getStore() ?? null;

const ids: WeakMap<object, string> = /* @__PURE__ */ new WeakMap();

const isId = (id: unknown): id is UserId =>
  typeof id === "string" || typeof id === "number" || typeof id === "bigint";

/** Has requests run as their callers: as `authUser` knows them, else by the `id` of `context.user`. */
export function watchCallers(): void {
  callers.note = (context, id) => {
    ids.set(context, id);
  };
  callers.run = (context, fn) => {
    const { id } = ((context as { user?: unknown } | undefined)?.user ?? {}) as { id?: unknown };
    const known = ids.get(context) ?? (isId(id) ? id : undefined);
    // Nobody is signed in: whoever runs the handler may have said as whom.
    return known === undefined ? fn() : asUser(known, fn);
  };
}
