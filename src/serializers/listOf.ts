import { checkOptions } from "../core/options.ts";
import { tagSerializer } from "./tags.ts";
import { serializeAll, toSerializer } from "./toSerializer.ts";
import type { FieldsSerializer, ListSerializer, NestedSerializer } from "./types.ts";

/** Options of {@link listOf}. */
export interface ListOfOptions {
  /** How many are shown of each object, the first in order. @default 100 */
  limit?: number;
}

/**
 * Serializes the list that stands in a field of `fields`: the objects of a relation that {@link many} made, or those in the
 * field itself.
 *
 * @param serializer how each of them goes out
 * @param options how many
 * @throws TypeError on a wrong serializer or limit
 * @example
 * fields({ id: true, title: true, comments: listOf(pick("id", "text"), { limit: 20 }) });
 */
export function listOf<T, const Name extends string, const Map>(
  serializer: FieldsSerializer<T, Name, Map>,
  options?: ListOfOptions,
): ListSerializer<FieldsSerializer<T, Name, Map>>;
export function listOf<const S extends NestedSerializer>(
  serializer: S,
  options?: ListOfOptions,
): ListSerializer<S>;
export function listOf(serializer: NestedSerializer, options: ListOfOptions = {}): unknown {
  checkOptions("listOf", options, { limit: "count" });
  const { limit = 100 } = options;
  if (limit < 1) throw new TypeError('listOf: option "limit" must be at least 1');
  const serialize = toSerializer(serializer as never);

  function serializeList(list: unknown, request: unknown): unknown {
    if (list === null || list === undefined) return null;
    return Array.isArray(list)
      ? serializeAll(serialize, list.slice(0, limit), request)
      : serialize(list, request);
  }
  return tagSerializer(serializeList, { listOf: serializer, limit });
}
