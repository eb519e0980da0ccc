import type { Serialize } from "../../src/serializers/toSerializer.ts";
import type { Output } from "./output.ts";
import type { Sparse } from "./sparse.ts";

/**
 * Puts together what a client may ask for, by `include`, and what it may choose of that, by `fields`.
 *
 * @param output how the objects go out
 * @param sparse what may be chosen
 * @returns gives the serializer of a request; `undefined` where it is that of all
 */
export function chosenBy(
  { serializerFor }: Output,
  sparse: Sparse | undefined,
): (event: unknown) => Serialize | undefined {
  return function chosenFor(event) {
    const whole = serializerFor?.(event);
    return sparse?.narrowedFor(event, whole) ?? whole;
  };
}
