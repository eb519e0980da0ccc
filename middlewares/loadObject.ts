import { NotFound } from "../src/core/errors.ts";
import { defineMiddleware, type HookRequest, type Middleware } from "../src/core/middleware.ts";
import { checkArgument, checkOptions } from "../src/core/options.ts";
import { withoutStack } from "../src/core/withoutStack.ts";
import { objectParameter, putPathParameter } from "../src/http/path.ts";
import { lookUp } from "../src/models/query/lookUp.ts";
import {
  type AnyScope,
  type NeedsOfScope,
  scopePaths,
  type UntypedScope,
  withScope,
} from "../src/models/query/scope.ts";
import type { Model } from "../src/models/types.ts";
import { needsParameter } from "../src/pipeline/pathParameters.ts";
import { checkNamedFields } from "../src/serializers/namedFields.ts";

/** Options of {@link loadObject}. */
export interface LoadObjectOptions<T, Scope, Param extends string = string> {
  /** The path parameter that names the object. @default "id" */
  param?: Param;
  /** The field that the parameter is compared with, instead of the id; it should be unique. */
  lookup?: keyof T & string;
  /** The objects that this request may reach: a queryset, an array, or a promise of either. @default all */
  queryset?: Scope;
}

/** What {@link loadObject} adds, and the path parameter that it reads. */
export interface LoadedObject<T, Param extends string> {
  context: { object: T };
  takes: { path: Param };
}

/**
 * Loads the object that the path names and puts it on `context.object`.
 *
 * What is outside of `queryset` does not exist for the request. The type of that function's second parameter says what it
 * needs: annotate `context: { user: User }` behind `authUser({ model: Users })`.
 *
 * @param model where the objects live
 * @param options which parameter, which field, and among which objects
 * @returns a middleware that adds `context.object`; it answers 404 when there is no such object, whatever the parameter
 * @throws TypeError on a wrong option
 * @example
 * loadObject(Posts, {
 *   queryset: (event, context: { user: User }) => Posts.objects.filter({ author: context.user.id }),
 * });
 */
export function loadObject<T, Scope extends AnyScope<T>, const Param extends string = "id">(
  model: Model<T>,
  options?: LoadObjectOptions<NoInfer<T>, Scope, Param>,
): Middleware<{ context: NeedsOfScope<Scope, T> }, LoadedObject<T, Param>>;
export function loadObject<T, Scope extends UntypedScope<T>, const Param extends string = "id">(
  model: Model<T>,
  options: LoadObjectOptions<NoInfer<T>, Scope, Param>,
): Middleware<{ context: NeedsOfScope<Scope, T> }, LoadedObject<T, Param>>;
export function loadObject<T, Scope extends AnyScope<T>, const Param extends string = "id">(
  model: Model<T>,
  options: LoadObjectOptions<NoInfer<T>, Scope, Param> = {},
): Middleware<{ context: NeedsOfScope<Scope, T> }, LoadedObject<T, Param>> {
  checkArgument("loadObject", "model", model ?? null, "model");
  checkOptions("loadObject", options, { param: "string", lookup: "string", queryset: "function" });
  const { lookup, queryset: scope } = options;
  const param: string = options.param ?? "id";
  checkNamedFields("loadObject", model, { lookup });

  function loadObjectBefore(request: HookRequest): unknown {
    const text = objectParameter(request.event, param);
    putPathParameter(request.event, param, text);
    return withScope(model, scope, request, objects =>
      lookUp(model, lookup, objects, text).then(object => {
        if (object === undefined || object === null) throw withoutStack(() => new NotFound());
        (request.context as { object?: T }).object = object;
      }),
    );
  }
  return defineMiddleware<{ context: NeedsOfScope<Scope, T> }, LoadedObject<T, Param>>({
    name: "loadObject",
    needs: [needsParameter(param), ...scopePaths(scope)],
    adds: ["context.object"],
    openapi: () => ({
      parameters: [{ in: "path", name: param, source: { model, field: lookup ?? model.idKey } }],
      reaches: { model, queryset: scope },
      errors: [400, 404],
    }),
    before: loadObjectBefore,
  });
}
