import { BadRequest } from "../src/core/errors.ts";
import { defineMiddleware, type HookRequest, type KeysOf, type Middleware } from "../src/core/middleware.ts";
import { isObject } from "../src/core/objects.ts";
import { checkArgument, checkOptions } from "../src/core/options.ts";
import { withoutStack } from "../src/core/withoutStack.ts";

export interface RequireKeysOptions<Optional extends string> {
  /** Keys that are kept when they are there. @default none */
  optional?: readonly Optional[];
}

/** What `requireKeys` needs: a parsed body that knows these keys. */
export interface NeedsKeys<Key extends string> {
  event: { body: { [K in Key]: unknown } };
}

type Body = Record<string, unknown>;

/**
 * Keeps exactly the listed keys of the body and narrows its type to them. A key counts as given when it is there,
 * whatever its value.
 *
 * @param required keys that must be there
 * @param options `optional` keys
 * @throws TypeError when the lists are not lists of strings
 * @throws BadRequest 400 `Missing key(s): email, password`, in the declared order, and when the body is not an object
 * @example
 * pipeline([errors(), jsonBody<NewUser>(), requireKeys(["email"], { optional: ["name"] }), serialize()], save);
 */
export function requireKeys<const Required extends string, const Optional extends string = never>(
  required: readonly Required[],
  options: RequireKeysOptions<Optional> = {},
): Middleware<NeedsKeys<Required | Optional>, KeysOf<Required, Optional>> {
  checkArgument("requireKeys", "required", required ?? null, "names");
  checkOptions("requireKeys", options, { optional: "names" });
  const kept: readonly string[] = [...new Set<string>([...required, ...(options.optional ?? [])])];

  function requireKeysBefore(request: HookRequest): void {
    const event = request.event as { body?: unknown } | null;
    const body = event?.body;
    if (!isObject(body)) throw withoutStack(() => new BadRequest("The body must be an object"));
    const missing = required.filter(key => !Object.hasOwn(body, key));
    if (missing.length > 0) throw withoutStack(() => new BadRequest(`Missing key(s): ${missing.join(", ")}`));
    const narrowed: Body = {};
    for (const key of kept) {
      if (Object.hasOwn(body, key)) narrowed[key] = body[key];
    }
    (event as { body: Body }).body = narrowed;
  }
  return defineMiddleware({
    name: "requireKeys",
    needs: ["event.body"],
    adds: ["event.body"],
    openapi: () => ({ body: { required, optional: options.optional ?? [] }, errors: [400] }),
    before: requireKeysBefore,
  });
}
