import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { formatTwo } from "./formatTwo.ts";
import { valuesOf } from "./pairs.ts";
import type { GatewayRequest, GatewayRoute } from "./types.ts";

/**
 * The event of an HTTP API (payload format 2.0). The path is decoded, and has a named stage before it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 *
 * @throws URIError when the path is malformed; an HTTP API answers 400 then, and invokes nothing
 */
export function httpEvent(request: GatewayRequest, route: GatewayRoute): APIGatewayProxyEventV2 {
  const { base = "", stage = "$default", parameters = {} } = route;
  const host = valuesOf(request.headers, "host")[0] ?? "localhost";
  return formatTwo(request, route, {
    source: "http",
    rawPath: decodeURIComponent(base + request.path),
    domainName: host.replace(/:\d+$/, ""),
    stage,
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, decodeURIComponent(value)]),
    ),
  });
}
