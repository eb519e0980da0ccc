import { includingOf } from "#include";
import type { Model } from "../../src/models/types.ts";
import { type Serialize, toSerializer } from "../../src/serializers/toSerializer.ts";
import type { Including } from "./including.ts";
import type { Sparse } from "./sparse.ts";

/** The options that say what goes out. */
interface OutputOptions {
  serializer?: unknown;
  include?: readonly string[];
}

/** How the objects of a generic go out: by `serialize`, which is the same for all requests without the option `include`. */
export interface Output extends Pick<Including, "serialize" | "checks"> {
  readonly serializerFor?: Including["serializerFor"];
}

/**
 * Says how the objects of a generic go out.
 *
 * @param model whose objects they are
 * @returns `undefined` where they do not
 * @throws TypeError on a wrong serializer, or a wrong option `include`
 */
export function optionalOutput(
  name: string,
  options: OutputOptions,
  model: Pick<Model<unknown>, "relations">,
): Output | undefined {
  const { serializer } = options;
  return (
    includingOf(name, options, model) ??
    (serializer === undefined
      ? undefined
      : { serialize: toSerializer(serializer as never, model), checks: [] })
  );
}

/**
 * Says how the objects of a generic go out that can't do without.
 *
 * @throws TypeError when there is no serializer: nothing leaks by default
 */
export function requireOutput(
  name: string,
  options: OutputOptions,
  model: Pick<Model<unknown>, "relations">,
): Output {
  const output = optionalOutput(name, options, model);
  if (output !== undefined) return output;
  throw new TypeError(`${name}: option "serializer" is required: say what of the object goes out`);
}

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
