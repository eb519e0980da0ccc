import type { Context } from "aws-lambda";
import { mapMaybePromise } from "../core/maybePromise.ts";
import type { HttpEvent } from "./types.ts";

/**
 * Says once what a user of your application is; every rule and `settings.userModel` know it from then on.
 *
 * @example
 * declare module "tsverless" {
 *   interface Register { user: User }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is empty until an application adds to it
export interface Register {}

/** The registered user, else some object. */
export type CurrentUser = Register extends { user: infer User } ? User : object;

/** The context of a rule that says nothing of its own. */
export interface SignedIn extends Partial<Context> {
  user: CurrentUser;
}

/** Decides whether a request may go on. Only `true` permits. */
export type Rule<Ctx = unknown> = (event: HttpEvent, context: Ctx) => boolean | Promise<boolean>;

/**
 * Any rule. It is written as a method because a method's parameters may be narrower: a rule annotates
 * `context: { user: User }`, and the chain then has to supply that.
 */
export type AnyRule = { rule(event: HttpEvent, context: SignedIn): boolean | Promise<boolean> }["rule"];

/**
 * A rule that reads something else than the user, such as `context: { object: Post }`. It stands in overloads behind
 * {@link AnyRule}, which types the parameters of a rule without annotations.
 */
export type UntypedRule = (event: HttpEvent, context: never) => boolean | Promise<boolean>;

type NeedsOf<Given> = Given extends (...args: infer Parameters) => unknown
  ? Parameters extends [unknown, infer Ctx extends object]
    ? Ctx
    : unknown
  : unknown;

/** What a list of rules needs of the context, all together. */
export type NeedsOfAll<Rules extends readonly unknown[]> = Rules extends readonly [infer Head, ...infer Tail]
  ? NeedsOf<Head> & NeedsOfAll<Tail>
  : unknown;

type Verdict = boolean | undefined | Promise<boolean | undefined>;
type Held = boolean | undefined;

/**
 * Goes on with a verdict: at once when it is there, later when it is promised. What is neither `true` nor `false` is
 * `undefined`, which no combinator turns into a `true`.
 */
function whenKnown(verdict: unknown, next: (held: Held) => Verdict): Verdict {
  const strict = (known: unknown): Verdict => next(typeof known === "boolean" ? known : undefined);
  return mapMaybePromise(verdict, strict);
}

/** Checks that these are rules. @throws TypeError naming the caller */
export function checkRules(caller: string, rules: readonly unknown[]): void {
  if (rules.length === 0) throw new TypeError(`${caller}: takes at least one rule`);
  for (const rule of rules) {
    if (typeof rule !== "function") throw new TypeError(`${caller}: a rule must be a function`);
  }
}

/** Asks rule after rule and stops at the first that says `stopAt`; a rule that says neither makes it neither. */
function ask(rules: readonly AnyRule[], stopAt: boolean): Rule<SignedIn> {
  function combinedRule(event: HttpEvent, context: SignedIn): Verdict {
    function askFrom(index: number, soFar: Held): Verdict {
      const rule = rules[index];
      if (rule === undefined) return soFar;
      return whenKnown(rule(event, context), verdict =>
        verdict === stopAt ? stopAt : askFrom(index + 1, verdict === undefined ? undefined : soFar),
      );
    }
    return askFrom(0, !stopAt);
  }
  return combinedRule as Rule<SignedIn>;
}

/**
 * A rule that holds when all of these do, asked in order until one does not. It returns a promise only when one of
 * them does.
 *
 * @throws TypeError when there is no rule, or one is not a function
 * @example
 * permit(and(isAuthenticated, (event, { user }: { user: User }) => user.role === "editor"));
 */
export function and<const Rules extends readonly AnyRule[]>(...rules: Rules): Rule<NeedsOfAll<Rules>>;
export function and<const Rules extends readonly UntypedRule[]>(...rules: Rules): Rule<NeedsOfAll<Rules>>;
export function and(...rules: readonly AnyRule[]): Rule<never> {
  checkRules("and", rules);
  return ask(rules, false) as Rule<never>;
}

/**
 * A rule that holds when one of these does, asked in order until one does. It returns a promise only when one of
 * them does.
 *
 * @throws TypeError when there is no rule, or one is not a function
 * @example
 * permit(or(isAdmin, isOwner));
 */
export function or<const Rules extends readonly AnyRule[]>(...rules: Rules): Rule<NeedsOfAll<Rules>>;
export function or<const Rules extends readonly UntypedRule[]>(...rules: Rules): Rule<NeedsOfAll<Rules>>;
export function or(...rules: readonly AnyRule[]): Rule<never> {
  checkRules("or", rules);
  return ask(rules, true) as Rule<never>;
}

/**
 * A rule that holds when this one says `false`. A rule that says neither `true` nor `false` permits nothing, turned
 * around or not.
 *
 * @throws TypeError when the rule is not a function
 * @example
 * permit(not(isSuspended));
 */
export function not<const Given extends AnyRule>(rule: Given): Rule<NeedsOfAll<[Given]>>;
export function not<const Given extends UntypedRule>(rule: Given): Rule<NeedsOfAll<[Given]>>;
export function not(rule: AnyRule): Rule<never> {
  checkRules("not", [rule]);
  function invertedRule(event: HttpEvent, context: SignedIn): Verdict {
    return whenKnown(rule(event, context), verdict => (verdict === undefined ? undefined : !verdict));
  }
  return invertedRule as Rule<never>;
}

/** True when somebody is signed in, as far as the context says. */
export function hasUser(context: unknown): boolean {
  const user = (context as { user?: unknown } | null | undefined)?.user;
  return user !== undefined && user !== null;
}

/**
 * A rule that holds when somebody is signed in; of use behind `authUser({ optional: true })`.
 *
 * @example
 * permit(or(event => readMethod(event) === "GET", isAuthenticated)); // `readMethod` of tsverless/http: on every source
 */
export function isAuthenticated(_event: HttpEvent, context: { user: unknown }): boolean {
  return hasUser(context);
}
