import { mapAllMaybePromise, mapMaybePromise } from "../core/maybePromise.ts";
import { isObject } from "../core/objects.ts";
import { checkArgument } from "../core/options.ts";
import type { Model } from "../models/types.ts";
import { isStandardSchema } from "../schema/standard.ts";
import { checkKeys, isList, isTagged, tagSerializer } from "./tags.ts";
import { type Serialize, serializeAll, toSerializer } from "./toSerializer.ts";
import type { FieldSource, FieldsSerializer } from "./types.ts";

/** The object's own property; nothing comes from its prototype. */
function ownValue(object: unknown, key: string): unknown {
  return Object.hasOwn(object as object, key) ? (object as Record<string, unknown>)[key] : undefined;
}

/** Serializes what stands in a field: null stays null, a list is serialized item by item. */
function nestedField(name: string, serialize: Serialize): Serialize {
  const isWhole = isTagged(serialize) && isList(serialize);
  function serializeNested(value: unknown, request: unknown): unknown {
    if (value === null || value === undefined) return null;
    return Array.isArray(value) && !isWhole
      ? serializeAll(item => serializeNested(item, request), value, request)
      : serialize(value, request);
  }
  return function serializeField(object, request) {
    return mapMaybePromise(ownValue(object, name), value => serializeNested(value, request));
  };
}

function readerOf(name: string, source: unknown): Serialize {
  if (isTagged(source) || isStandardSchema(source)) return nestedField(name, toSerializer(source as never));
  if (typeof source === "function") return source as Serialize;
  const key = source === true ? name : source;
  if (typeof key === "string") {
    checkKeys("fields", [key]);
    return object => ownValue(object, key);
  }
  throw new TypeError(
    `fields: "${name}" must be a field's name, true, a function, a serializer or a Standard Schema`,
  );
}

/**
 * Makes a serializer whose fields are named and made one by one. Each comes from a field's name (renamed), `true` (the
 * field of the same name), a function of the object and the request (computed, also asynchronously), or a serializer or
 * Standard Schema for the object or the list of objects that stands in the field of this name. Nested null and undefined
 * go out as null; a renamed field that the object lacks is left out.
 *
 * Inside of a factory its model is the one whose objects are meant; where it stands alone, name the model first, so that the compiler
 * knows them: `fields(Posts, { … })`.
 *
 * @param map the fields, in the order in which they go out
 * @returns a serializer; it gives a promise only when one of its fields does
 * @throws TypeError when the map is empty or a field comes from something else
 * @example
 * listHandler(Posts, {
 *   serializer: fields({ id: true, headline: "title", age: post => Date.now() - post.at, author: pick("id", "name") }),
 * });
 */
export function fields<T, const Name extends string = string, const Map = unknown>(
  map: { readonly [N in Name]: FieldSource<T, N> } & Map,
): FieldsSerializer<T, Name, Map>;
export function fields<T, const Name extends string = string, const Map = unknown>(
  model: Model<T>,
  map: { readonly [N in Name]: FieldSource<T, N> } & Map,
): FieldsSerializer<T, Name, Map>;
export function fields(...given: readonly unknown[]): FieldsSerializer<never, string> {
  if (given.length > 1) checkArgument("fields", "model", given[0] ?? null, "model");
  const map = given.at(-1);
  if (!isObject(map)) throw new TypeError("fields: it takes an object of fields");
  const names = checkKeys("fields", Object.keys(map));
  const sources = map as Readonly<Record<string, unknown>>;
  const readers = names.map(name => readerOf(name, sources[name]));
  return made(sources, names, readers) as unknown as FieldsSerializer<never, string>;
}

function made(
  map: Readonly<Record<string, unknown>>,
  names: readonly string[],
  readers: readonly Serialize[],
): Serialize {
  function assemble(values: readonly unknown[]): Record<string, unknown> {
    const made: Record<string, unknown> = {};
    for (let index = 0; index < values.length; index++) {
      if (values[index] !== undefined) made[names[index] as string] = values[index];
    }
    return made;
  }

  function serializeFields(object: unknown, request: unknown): unknown {
    if (object === null || object === undefined) return null;
    const read = (index: number): unknown => (readers[index] as Serialize)(object, request);
    return mapAllMaybePromise(readers.length, read, assemble);
  }
  return tagSerializer(serializeFields, {
    fields: map,
    only: some =>
      made(
        Object.fromEntries(some.map(name => [name, map[name]])),
        some,
        some.map(name => readers[names.indexOf(name)] as Serialize),
      ),
    rebuild: others =>
      made(
        map,
        names,
        readers.map((reader, index) => others[names[index] as string] ?? reader),
      ),
  });
}
