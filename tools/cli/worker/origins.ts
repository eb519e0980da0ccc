import { isObject } from "../../../src/core/objects.ts";
import type { AnyHandler, EntryExports } from "./inspect.ts";

/** A place where a module exports a handler: `signUp` of `users.ts`, `posts` and there `create` of `posts.ts`. */
export interface Origin {
  /** The module as it was asked for. */
  module: string;
  /** The name of the export, and of the properties from there on. */
  path: string[];
}

/** What is asked for: modules by name, and how each is loaded. */
export type Modules = Readonly<Record<string, () => Promise<Record<string, unknown>>>>;

/** Where the handlers of an entry come from. */
export interface Origins {
  /** All places of each handler that could be a function of its own. */
  handlers: { name: string; places: Origin[] }[];
  /** All places of the handler of all routes. */
  main: Origin[];
  /** The modules that made settings (`configure`) when they were loaded. */
  setters: string[];
}

/**
 * Loads modules in their order, and finds which of them made settings.
 *
 * @param settings those of the project's own copy of tsverless
 */
export async function settersAmong(modules: Modules, settings: object | undefined): Promise<string[]> {
  const setters: string[] = [];
  for (const [name, load] of Object.entries(modules)) {
    const before = Object.values(settings ?? {});
    await load();
    if (Object.values(settings ?? {}).some((value, index) => value !== before[index])) setters.push(name);
  }
  return setters;
}

/** Objects that only group: a resource, an `api`, handlers by route key. What has a class of its own is left alone. */
const isGroup = (value: unknown): value is Record<string, unknown> =>
  isObject(value) && [Object.prototype, null].includes(Object.getPrototypeOf(value));

function read(value: Record<string, unknown>, key: string): unknown {
  try {
    return value[key];
  } catch {
    return undefined; // A getter may throw, and so may an export that is not yet made.
  }
}

/** Everything that a module exports, down to the handlers of an `api`: `blog`, `blog.handlers`, `blog.handlers.getMe`. */
function* exported(
  value: Record<string, unknown>,
  path: readonly string[] = [],
): Generator<[path: string[], value: unknown]> {
  for (const key of Object.keys(value)) {
    const inner = read(value, key);
    const way = [...path, key];
    yield [way, inner];
    if (way.length < 3 && isGroup(inner)) yield* exported(inner, way);
  }
}

/** The handlers that could be functions of their own, by name. */
export function ownHandlers({ kind, routes, functions }: EntryExports): Map<string, AnyHandler> {
  return kind === "handlers" ? functions : new Map(routes.map(({ name, handler }) => [name, handler]));
}

/**
 * Finds where handlers come from, by comparing them with all that the modules export.
 *
 * @param found the handlers of an entry
 * @param modules those that are searched, of the same bundle as the entry
 */
export async function originsOf(found: EntryExports, modules: Modules): Promise<Omit<Origins, "setters">> {
  const places = new Map<unknown, Origin[]>();
  for (const [module, load] of Object.entries(modules)) {
    for (const [path, value] of exported(await load())) {
      if (typeof value !== "function") continue;
      places.set(value, [...(places.get(value) ?? []), { module, path }]);
    }
  }
  const placesOf = (handler: unknown): Origin[] => places.get(handler) ?? [];
  return {
    handlers: [...ownHandlers(found)].map(([name, handler]) => ({ name, places: placesOf(handler) })),
    main: placesOf(found.main === undefined ? undefined : found.functions.get(found.main)),
  };
}
