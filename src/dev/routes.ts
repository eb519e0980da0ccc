import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { type RouteTable as AnyRouteTable, routeTable as tableOf } from "../api/routes.ts";

/** A Lambda handler of an HTTP API, payload format 2.0. */
export type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<unknown>;

/** All routes, ready to be searched. */
export type RouteTable = AnyRouteTable<Handler>;

/**
 * Reads route keys as API Gateway writes them.
 *
 * @param routes handlers by route key
 * @throws TypeError when a key is no route key, when two keys name the same route, or a handler is no function
 */
export function routeTable(routes: Readonly<Record<string, Handler>>): RouteTable {
  return tableOf("serve", Object.entries(routes));
}
