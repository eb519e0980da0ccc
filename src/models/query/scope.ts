import { mapMaybePromise } from "../../core/maybePromise.ts";
import type { SignedIn } from "../../http/rules.ts";
import type { HttpEvent } from "../../http/types.ts";
import type { Model, Queryset } from "../types.ts";
import { boundTo } from "./relating.ts";
import { toQueryset } from "./toQueryset.ts";

type Objects<T> = Queryset<T> | readonly T[];

/** What a `queryset` option gives: the objects that the request may reach. */
export type Scoped<T> = Objects<T> | Promise<Objects<T>>;

/**
 * Any `queryset` option. It is written as a method because a method's parameters may be narrower: one annotates
 * `context: { user: User }`, and the chain then has to supply that.
 */
export type AnyScope<T> = { scope(event: HttpEvent, context: SignedIn): Scoped<T> }["scope"];

/**
 * A `queryset` option that reads something else than the user, such as `context: { tenant: string }`. It stands in
 * overloads behind {@link AnyScope}, which types the parameters of a function without annotations.
 */
export type UntypedScope<T> = (event: HttpEvent, context: never) => Scoped<T>;

type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;

/**
 * What a `queryset` option needs of the context; nothing where there is none. Without one the compiler infers the bound
 * itself, `AnyScope<T>`: a default would keep it from typing the parameters of a function without annotations.
 */
export type NeedsOfScope<Given, T> =
  Same<Given, AnyScope<T>> extends true
    ? object
    : Given extends (...args: infer Parameters) => unknown
      ? Parameters extends [unknown, infer Needed extends object]
        ? Needed
        : object
      : object;

type Scope = (event: unknown, context: unknown) => unknown;

/** The paths that an option `(event, context) => …` reads, as `explain` shows them. */
export function scopePaths(scope: unknown): string[] {
  return typeof scope === "function" && scope.length > 1 ? ["context.user"] : [];
}

/** Asks the `queryset` option, and gives what it gave: a queryset or a list. */
export function boundsOf<T>(
  scope: AnyScope<T>,
  { event, context }: { event: unknown; context: unknown },
): Scoped<T> {
  return (scope as Scope)(event, context) as Scoped<T>;
}

/**
 * Asks the `queryset` option for the objects that a request may reach, or takes all of the model's.
 *
 * @param model whose objects they are
 * @param scope the option; `undefined` for all objects
 * @param request the event and the context that the option is given
 * @param next goes on with the queryset: at once when it is there, later when it is promised
 */
export function withScope<T, Result>(
  model: Model<T>,
  scope: AnyScope<T> | undefined,
  request: { event: unknown; context: unknown },
  next: (queryset: Queryset<T>) => Result,
): Result | Promise<Awaited<Result>> {
  if (scope === undefined) return next(boundTo(toQueryset(model.objects, model), request));
  const found = mapMaybePromise(boundsOf(scope, request), objects =>
    next(boundTo(toQueryset(objects, model), request)),
  );
  return found as Result | Promise<Awaited<Result>>;
}
