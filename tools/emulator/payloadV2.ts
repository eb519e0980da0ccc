import { randomBytes } from "node:crypto";
import type { APIGatewayProxyEventV2, LambdaFunctionURLEvent } from "aws-lambda";
import { payloadV2Authorizer } from "./authorizer.ts";
import { requestTime } from "./context.ts";
import { decodedQuery, hostOf, joined, lowerCased, orNothing, valuesOf } from "./multimap.ts";
import { payloadOf } from "./payload.ts";
import type { GatewayRequest, GatewayRoute } from "./types.ts";

/** What HTTP APIs and function URLs say differently. */
interface Own {
  source: "http" | "url";
  rawPath: string;
  domainName: string;
  stage: string;
  /** Decoded. */
  parameters: Record<string, string>;
}

const cookiesOf = (headers: GatewayRequest["headers"]): string[] =>
  valuesOf(headers, "cookie")
    .flatMap(value => value.split(";"))
    .map(cookie => cookie.trim())
    .filter(cookie => cookie !== "");

/**
 * The event of payload format 2.0: header names are in lower case, repeated headers and parameters are joined by commas,
 * cookies have a field of their own, and what is not there is left out.
 */
function payloadV2(
  request: GatewayRequest,
  { key, authorizer }: GatewayRoute,
  { source, rawPath, domainName, stage, parameters }: Own,
): APIGatewayProxyEventV2 {
  const { method, query, client, body } = request;
  const sent = lowerCased(request.headers);
  const headers = joined(
    sent.filter(([name]) => name !== "cookie"),
    ",",
  );
  const cookies = cookiesOf(sent);
  const queryStringParameters = orNothing(joined(decodedQuery(query), ","));
  const pathParameters = orNothing(parameters);
  const payload = payloadOf(source, request);
  return {
    version: "2.0",
    routeKey: key,
    rawPath,
    rawQueryString: query,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(queryStringParameters && { queryStringParameters }),
    requestContext: {
      accountId: "000000000000",
      apiId: "local",
      ...(authorizer && { authorizer: payloadV2Authorizer(authorizer) }),
      domainName,
      domainPrefix: domainName.split(".")[0] as string,
      http: {
        method,
        path: rawPath,
        protocol: client.protocol,
        sourceIp: client.ip,
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: randomBytes(11).toString("base64"),
      routeKey: key,
      stage,
      ...requestTime(),
    },
    ...(pathParameters && { pathParameters }),
    ...(body.length > 0 && { body: payload.text }),
    isBase64Encoded: payload.base64,
  };
}

/**
 * The event of an HTTP API (payload format 2.0). The path is decoded, and has a named stage before it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 *
 * @throws URIError when the path is malformed; an HTTP API answers 400 then, and invokes nothing
 */
export function httpEvent(request: GatewayRequest, route: GatewayRoute): APIGatewayProxyEventV2 {
  const { base = "", stage = "$default", parameters = {} } = route;
  return payloadV2(request, route, {
    source: "http",
    rawPath: decodeURIComponent(base + request.path),
    domainName: hostOf(request.headers),
    stage,
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, decodeURIComponent(value)]),
    ),
  });
}

/**
 * The event of a function URL: payload format 2.0 too, but it knows neither routes nor stages, and keeps the path encoded.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
export function urlEvent(
  request: GatewayRequest,
  { base = "", mapping = "", authorizer }: GatewayRoute,
): LambdaFunctionURLEvent {
  const route = { key: "$default", authorizer };
  return payloadV2(request, route, {
    source: "url",
    rawPath: base + mapping + request.path,
    domainName: "local.lambda-url.us-east-1.on.aws",
    stage: "$default",
    parameters: {},
  });
}
