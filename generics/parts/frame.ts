import { authUser } from "../../middlewares/authUser.ts";
import { cors } from "../../middlewares/cors.ts";
import { errors } from "../../middlewares/errors.ts";
import { operation } from "../../middlewares/operation.ts";
import { permit } from "../../middlewares/permit.ts";
import { warmup } from "../../middlewares/warmup.ts";
import type { Operation } from "../../src/facts.ts";
import type { AnyMiddleware } from "../../src/middleware.ts";
import { checkArgument, checkOptions, type OptionKind } from "../../src/options.ts";

/** The common options at run time, when their types have done their work. */
export interface LooseOptions {
  auth?: object;
  use?: readonly AnyMiddleware[];
  permit?: unknown;
  cors?: object | false;
  errors?: object;
  warmup?: object | false;
  status?: number;
  operation?: Operation;
}

const commonKinds: Record<string, OptionKind | readonly OptionKind[]> = {
  auth: "object",
  use: "array",
  permit: ["function", "array"],
  status: "status",
  cors: ["object", "boolean"],
  errors: "object",
  warmup: ["object", "boolean"],
  operation: "object",
};

/**
 * Checks a generic's arguments.
 *
 * @returns the options, typed loosely: what they promise to the user's code has been checked at the call
 * @throws TypeError naming the argument or option
 */
export function checkGeneric<More extends object>(
  name: string,
  model: unknown,
  options: unknown,
  kinds: Readonly<Record<string, OptionKind | readonly OptionKind[]>>,
): LooseOptions & More {
  checkArgument(name, "model", model ?? null, "model");
  checkOptions(name, options, { ...commonKinds, ...kinds });
  return (options ?? {}) as LooseOptions & More;
}

/**
 * The chain of every generic, outermost first: warmup, errors, cors, the answer, who calls, what is loaded, who may,
 * what is read, and what the user adds. Nothing is read of a body before it is known that the caller may send it.
 */
export function frame(
  options: LooseOptions,
  parts: { answer: AnyMiddleware; load?: readonly AnyMiddleware[]; read?: readonly AnyMiddleware[] },
): readonly AnyMiddleware[] {
  const rules = options.permit === undefined ? undefined : [options.permit].flat();
  return [
    ...(options.warmup === false ? [] : [warmup(options.warmup)]),
    errors(options.errors),
    ...(options.cors === false ? [] : [cors(options.cors)]),
    ...(options.operation === undefined ? [] : [operation(options.operation)]),
    parts.answer,
    ...(options.auth === undefined ? [] : [authUser(options.auth)]),
    ...(parts.load ?? []),
    ...(rules === undefined ? [] : [permit(...(rules as [() => boolean]))]),
    ...(parts.read ?? []),
    ...(options.use ?? []),
  ];
}
