import { answersPreflights } from "../../src/pipeline/preflights.ts";
import type { OnPath, Route } from "./routes.ts";

/** Whether a handler may answer preflight requests: false only of one that is known not to. */
export const mayTakePreflights = (handler: object): boolean => answersPreflights(handler) ?? true;

/** A route, as far as a gateway needs to know it. */
interface GatewayRoute {
  /** `GET`, or `ANY`; `$default` has none. */
  readonly method: string;
  readonly path: string;
}

/** Routes by path; what the variables are called makes no other path. */
function byPath<R extends GatewayRoute>(routes: readonly R[]): R[][] {
  const paths = new Map<string, R[]>();
  for (const route of routes.filter(({ method }) => method !== "")) {
    const pattern = route.path.replace(/\{[^}+]*/g, "{");
    paths.set(pattern, [...(paths.get(pattern) ?? []), route]);
  }
  return [...paths.values()];
}

/**
 * The routes whose functions get the preflight requests of their paths, since a gateway sends on only what has a route: one
 * for each path that has neither `OPTIONS` nor `ANY`.
 *
 * @param routes all routes
 * @param mayTake whether the function of a route may answer preflight requests
 */
export function preflightRoutes<R extends GatewayRoute>(
  routes: readonly R[],
  mayTake: (route: R) => boolean,
): R[] {
  return byPath(routes).flatMap(onPath => {
    const isServed = onPath.some(({ method }) => method === "OPTIONS" || method === "ANY");
    const target = isServed ? undefined : onPath.find(mayTake);
    return target === undefined ? [] : [target];
  });
}

/**
 * The route that answers an `OPTIONS` request without a route of its own; the method asked for comes first, and `GET`
 * stands in for `HEAD`.
 *
 * @param onPath the routes of the path
 * @param asked the method that the browser is about to use
 */
export function preflightRoute<Handler extends object>(
  onPath: OnPath<Handler>,
  asked: string,
): Route<Handler> | undefined {
  const first = onPath.get(asked) ?? (asked === "HEAD" ? onPath.get("GET") : undefined);
  return [first, ...onPath.values()].find(route => route && mayTakePreflights(route.handler));
}
