import type { LambdaFunctionURLEvent } from "aws-lambda";
import { formatTwo } from "./formatTwo.ts";
import type { GatewayRequest, GatewayRoute } from "./types.ts";

/**
 * The event of a function URL: payload format 2.0 too, but it knows neither routes nor stages, and keeps the path encoded.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
export function urlEvent(
  request: GatewayRequest,
  { base = "", mapping = "", authorizer }: GatewayRoute,
): LambdaFunctionURLEvent {
  const route = { key: "$default", authorizer };
  return formatTwo(request, route, {
    source: "url",
    rawPath: base + mapping + request.path,
    domainName: "local.lambda-url.us-east-1.on.aws",
    stage: "$default",
    parameters: {},
  });
}
