import { answersPreflights } from "../../src/pipeline/preflights.ts";
import type { OnPath, Route } from "./routes.ts";

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
  return [first, ...onPath.values()].find(route => route && (answersPreflights(route.handler) ?? true));
}
