import { Forbidden, Unauthorized } from "../src/core/errors.ts";
import { defineMiddleware, type HookRequest, type Middleware, type Shape } from "../src/core/middleware.ts";
import { withoutStack } from "../src/core/withoutStack.ts";
import { forbidStoring } from "../src/http/noStore.ts";
import {
  type AnyRule,
  and,
  checkRules,
  hasUser,
  type NeedsOfAll,
  type UntypedRule,
} from "../src/http/rules.ts";
import type { HttpEvent } from "../src/http/types.ts";

/** What `permit` needs: all that its rules read of the context. */
export interface NeedsRules<Rules extends readonly unknown[]> extends Shape {
  context: NeedsOfAll<Rules> extends object ? NeedsOfAll<Rules> : object;
}

/**
 * Lets a request on when every rule says `true`; nothing else permits, not even another truthy value. It may stand
 * behind `authUser`, and behind `loadObject` when a rule reads `context.object`. Rules are asked in order; combine
 * them with `and`, `or` and `not`.
 *
 * @param rules functions of the event and the context that return a boolean or a promise of one
 * @throws TypeError when there is no rule, or one is not a function
 * @throws Forbidden 403 `Forbidden` when a rule does not hold
 * @throws Unauthorized 401 when a rule does not hold and nobody is signed in
 * @example
 * pipeline([errors(), authUser({ model: Users }), permit((event, { user }: { user: User }) => user.admin)], list);
 */
export function permit<const Rules extends readonly AnyRule[]>(
  ...rules: Rules
): Middleware<NeedsRules<Rules>>;
export function permit<const Rules extends readonly UntypedRule[]>(
  ...rules: Rules
): Middleware<NeedsRules<Rules>>;
export function permit<const Rules extends readonly AnyRule[]>(
  ...rules: Rules
): Middleware<NeedsRules<Rules>> {
  checkRules("permit", rules);
  const all = and(...(rules as readonly AnyRule[])) as (event: HttpEvent, context: unknown) => unknown;

  function settle(verdict: unknown, context: unknown): void {
    if (verdict === true) return;
    throw withoutStack(() => (hasUser(context) ? new Forbidden() : new Unauthorized()));
  }
  function permitBefore(request: HookRequest): Promise<void> | undefined {
    forbidStoring(request);
    const { context } = request;
    const verdict = all(request.event as HttpEvent, context);
    if (verdict instanceof Promise) return verdict.then(known => settle(known, context));
    settle(verdict, context);
    return undefined;
  }
  const needs = rules.some(rule => rule.length > 1) ? ["context.user"] : [];
  return defineMiddleware({
    name: "permit",
    needs,
    openapi: () => ({ rules, errors: [401, 403] }),
    before: permitBefore,
  });
}
