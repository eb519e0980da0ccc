import { NotFound } from "../src/core/errors.ts";
import { defineMiddleware, type HookRequest, type Middleware, type Shape } from "../src/core/middleware.ts";
import { isRecord } from "../src/core/objects.ts";
import { checkArgument } from "../src/core/options.ts";
import { withoutStack } from "../src/core/withoutStack.ts";
import { keepPathParameters, objectParameter, pathParametersOf } from "../src/http/path.ts";
import { needsParameter } from "../src/pipeline/pathParameters.ts";

/** What {@link pathParams} leaves on the event. */
export interface PathParamsShape<Names extends string> {
  event: { pathParameters: { [Name in Names]: string } };
  takes: { path: Names };
}

/**
 * Keeps exactly the listed parameters of the path, decoded alike on every event source. `api` takes the handler only under a
 * route that has them. Where the source has no routes and the event no parameters, a single one is the last segment of the path.
 *
 * @param names the names in the route: `id` of `/users/{id}`, `path` of `/files/{path+}`
 * @returns a middleware that puts them on `event.pathParameters`
 * @throws TypeError when a name is not a string, or there is none. A request without one of them, or with an empty or malformed
 * one, gets NotFound (404)
 * @example
 * // GET /projects/{projectId}/files/{path+}
 * pipeline([errors(), pathParams("projectId", "path"), serialize()], event => event.pathParameters.path);
 */
export function pathParams<const Names extends string>(
  ...names: readonly [Names, ...Names[]]
): Middleware<Shape, PathParamsShape<Names>> {
  checkArgument("pathParams", "names", names, "names");
  if (names.length === 0) throw new TypeError("pathParams: takes at least one name");

  function pathParamsBefore(request: HookRequest): void {
    const { event } = request;
    // The last segment of a path can't be more than one of them.
    if (!isRecord(event) || (names.length > 1 && pathParametersOf(event) === undefined)) {
      throw withoutStack(() => new NotFound());
    }
    const found = Object.fromEntries(names.map(name => [name, objectParameter(event, name)]));
    keepPathParameters(event);
    event.pathParameters = found;
  }
  return defineMiddleware<Shape, PathParamsShape<Names>>({
    name: "pathParams",
    needs: names.map(needsParameter),
    adds: ["event.pathParameters"],
    openapi: () => ({ parameters: names.map(name => ({ in: "path", name })), errors: [404] }),
    before: pathParamsBefore,
  });
}
