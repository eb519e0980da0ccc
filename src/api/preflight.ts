import { explain } from "../pipeline/explain.ts";
import type { OnPath, Route } from "./routes.ts";

/** False for a chain of ours that has no CORS: it would run its function. */
function answersPreflights({ handler }: Route<object>): boolean {
  try {
    return explain(handler).some(({ name }) => /cors/i.test(name));
  } catch {
    return true;
  }
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
  return [first, ...onPath.values()].find(route => route && answersPreflights(route));
}
