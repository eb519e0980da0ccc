import { authUser } from "#auth";
import { cors } from "../../middlewares/cors.ts";
import { errors } from "../../middlewares/errors.ts";
import { operation } from "../../middlewares/operation.ts";
import { permit } from "../../middlewares/permit.ts";
import { warmup } from "../../middlewares/warmup.ts";
import type { AnyMiddleware } from "../../src/core/middleware.ts";
import type { Operation } from "../../src/core/operationMetadata.ts";
import { checkArgument, checkOptions } from "../../src/core/options.ts";
import type { Model } from "../../src/models/types.ts";
import { asAround } from "../../src/pipeline/around.ts";
import { checkNamedFields } from "../../src/serializers/namedFields.ts";
import type { commonKinds } from "./kinds.ts";

/** The common options at run time, when their types have done their work. */
export interface ResolvedOptions {
  auth?: object;
  around?: readonly AnyMiddleware[];
  use?: readonly AnyMiddleware[];
  permit?: unknown;
  cors?: object | false;
  errors?: object;
  warmup?: object | false;
  status?: number;
  operation?: Operation;
}

/** Options that name fields of the model. */
interface Naming {
  required?: unknown;
  optional?: unknown;
  lookup?: unknown;
  serializer?: unknown;
}

/**
 * Checks a generic's arguments; names of fields too, where the model knows its fields.
 *
 * @param kinds all options that it takes
 * @returns the options, typed loosely: what they promise to the user's code has been checked at the call
 * @throws TypeError naming the argument or option
 */
export function checkGeneric<More extends object>(
  name: string,
  model: unknown,
  options: object | null | undefined,
  kinds: typeof commonKinds,
): ResolvedOptions & More {
  checkArgument(name, "model", model ?? null, "model");
  checkOptions<object>(name, options, kinds);
  const resolved = (options ?? {}) as ResolvedOptions & More & Naming;
  const { required, optional, lookup, serializer } = resolved;
  checkNamedFields(name, model as Model<unknown>, { required, optional, lookup, serializer });
  return resolved;
}

/**
 * The chain of every generic, outermost first: warmup, what the user puts around, cors, who calls, what is loaded, who may,
 * what is read, and what the user adds; next to the step the errors and the ending. Nothing is read of a body before it is known
 * that the caller may send it, and all of the user's middlewares see a finished response.
 */
export function buildChain(
  options: ResolvedOptions,
  parts: { ending: AnyMiddleware; load?: readonly AnyMiddleware[]; read?: readonly AnyMiddleware[] },
): readonly AnyMiddleware[] {
  const rules = options.permit === undefined ? undefined : [options.permit].flat();
  return [
    ...(options.warmup === false ? [] : [warmup(options.warmup)]),
    ...(options.around ?? []).map(asAround),
    ...(options.cors === false ? [] : [cors(options.cors)]),
    ...(options.operation === undefined ? [] : [operation(options.operation)]),
    ...(options.auth === undefined ? [] : [authUser(options.auth)]),
    ...(parts.load ?? []),
    ...(rules === undefined ? [] : [permit(...(rules as [() => boolean]))]),
    ...(parts.read ?? []),
    ...(options.use ?? []),
    { ...errors(options.errors), innermost: true },
    parts.ending,
  ];
}
