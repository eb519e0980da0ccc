import { isRecord } from "../core/objects.ts";
import type { Source } from "./types.ts";

/**
 * Finds which source sent an event, from the fields that only that source has. A function URL sends what an HTTP API
 * sends, and counts as one. An HTTP API with payload format 1.0 sends nearly what a REST API sends, but says its version,
 * which no REST API does.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 *
 * @param event whatever the function was invoked with
 * @returns the source, or `undefined` when the event is not an HTTP event
 * @example
 * sourceOf({ version: "2.0", rawPath: "/users", requestContext: { http: { method: "GET" } } }); // "http"
 */
export function sourceOf(event: unknown): Source | undefined {
  if (!isRecord(event)) return undefined;
  const context = isRecord(event.requestContext) ? event.requestContext : undefined;
  if (event.version === "2.0") {
    return typeof event.method === "string" && context?.http === undefined ? "lattice-v2" : "http";
  }
  if (context?.elb !== undefined) return isRecord(event.multiValueHeaders) ? "alb-multi" : "alb";
  if (typeof event.httpMethod === "string") return event.version === "1.0" ? "http-v1" : "rest";
  if (typeof event.raw_path === "string") return "lattice-v1";
  return isRecord(context?.http) ? "http" : undefined;
}
