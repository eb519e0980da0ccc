import type { Context } from "aws-lambda";
import { type RouteTable as AnyRouteTable, routeTable as tableOf } from "../../api/routes/routes.ts";
import type { SourceEvents } from "../emulator/types.ts";

/** Whose events the server sends, by the names of their payload formats. */
export interface ServeSources {
  v1: "rest";
  v2: "http";
  "http-v1": "http-v1";
  alb: "alb";
  url: "url";
}

/**
 * `v1` is a REST API, `v2` an HTTP API, `http-v1` an HTTP API with payload format 1.0, `alb` a load balancer, `url` a
 * function URL.
 */
export type ServeSource = keyof ServeSources;

/** The sources by these names. */
export const serveSources: ServeSources = {
  v1: "rest",
  v2: "http",
  "http-v1": "http-v1",
  alb: "alb",
  url: "url",
};

/** The event that a source sends. */
export type EventOf<Source extends ServeSource> = SourceEvents[ServeSources[Source]];

/** A Lambda handler, of an HTTP API unless said otherwise. */
export type Handler<Source extends ServeSource = "v2"> = (
  event: EventOf<Source>,
  context: Context,
) => Promise<unknown>;

/** A handler, whatever events it takes. */
export type AnyHandler = (event: never, context: Context) => Promise<unknown>;

/** All routes, ready to be searched. */
export type RouteTable = AnyRouteTable<AnyHandler>;

/**
 * Reads route keys as API Gateway writes them.
 *
 * @param routes handlers by route key
 * @throws TypeError when a key is not a route key, when two keys name the same route, or a handler is not a function
 */
export function routeTable(routes: Readonly<Record<string, AnyHandler>>): RouteTable {
  return tableOf("serve", Object.entries(routes));
}
