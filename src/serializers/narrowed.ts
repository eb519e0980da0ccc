import { mapMaybePromise } from "../core/maybePromise.ts";
import { isObject } from "../core/objects.ts";
import { formOf } from "./shownKeys.ts";
import { tagSerializer } from "./tags.ts";
import type { Serialize } from "./toSerializer.ts";

/**
 * The same serializer with some of what it shows. What `fields` computes is computed only where its name is among them; of
 * any other kind the output is narrowed.
 *
 * @param serialize the serializer in its one form
 * @param names some of those that it shows, in its order
 */
export function narrowed(serialize: Serialize, names: readonly string[]): Serialize {
  const form = formOf(serialize);
  if (form !== undefined && "fields" in form) return form.only(names) as Serialize;
  const wanted = new Set(names);

  function keep(output: unknown): unknown {
    if (!isObject(output)) return output;
    return Object.fromEntries(Object.entries(output).filter(([name]) => wanted.has(name)));
  }
  function serializeNarrowed(object: unknown, request: unknown): unknown {
    return mapMaybePromise(serialize(object, request), keep);
  }
  return tagSerializer(serializeNarrowed, { pick: names });
}
