import { BadRequest } from "../../src/core/errors.ts";
import { mapMaybePromise } from "../../src/core/maybePromise.ts";
import { isObject } from "../../src/core/objects.ts";
import type { Create } from "./within.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Makes a step that creates set the `defaults` first: they win over what the client sent, also where they are
 * `undefined`.
 *
 * @param defaults the option; without it the step stays the very same
 * @param create the step
 */
export function withDefaults(defaults: unknown, create: Create): Create {
  if (defaults === undefined) return create;
  const give = defaults as (request: unknown) => unknown;
  return function createWithDefaults(data, request) {
    if (!isObject(data)) throw new BadRequest("The body must be an object");
    return mapMaybePromise(give(request), fields => create({ ...data, ...(fields as Fields) }, request));
  };
}
