import { randomBytes } from "node:crypto";
import { httpV1Authorizer, restIdentity } from "./authorizer.ts";
import { requestTime } from "./context.ts";
import { decodedQuery, hostOf, lastOf, lists, type Multimap, orNothing, valuesOf } from "./multimap.ts";
import { payloadOf } from "./payload.ts";
import type { GatewayRequest, GatewayRoute, HttpV1Event } from "./types.ts";

/** Names that an HTTP API writes with capitals in payload format 1.0, as recorded events show; all others are in lower case. */
const capitalized: ReadonlyMap<string, string> = new Map(
  [
    "Content-Length",
    "Content-Type",
    "Host",
    "User-Agent",
    "X-Amzn-Trace-Id",
    "X-Forwarded-For",
    "X-Forwarded-Port",
    "X-Forwarded-Proto",
  ].map(name => [name.toLowerCase(), name]),
);

const named = (headers: Multimap): Multimap =>
  headers.map(([name, value]) => {
    const lower = name.toLowerCase();
    return [capitalized.get(lower) ?? lower, value] as const;
  });

const nobody = {
  accessKey: null,
  accountId: null,
  caller: null,
  cognitoAmr: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  user: null,
  userArn: null,
};

/**
 * The event of an HTTP API with payload format 1.0: the fields of a REST API's, with a version. Path and path parameters
 * are decoded, and the path is the one that the client sees: behind a named stage, or behind the API mapping of a custom domain.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 *
 * @throws URIError when the path is malformed; an HTTP API answers 400 then, and invokes nothing
 */
export function httpV1Event(request: GatewayRequest, route: GatewayRoute): HttpV1Event {
  const { method, client, body } = request;
  const { key, base = "", mapping = "", stage = "$default", parameters = {}, authorizer = {} } = route;
  const headers = named(request.headers);
  const query = decodedQuery(request.query);
  const payload = payloadOf("http-v1", request);
  const { time, timeEpoch } = requestTime();
  const path = decodeURIComponent(base + mapping + request.path);
  const resource = key.replace(/^\S+ /, "");
  const domainName = hostOf(headers);
  const requestId = randomBytes(11).toString("base64");
  const pathParameters = Object.entries(parameters).map(([name, value]) => [name, decodeURIComponent(value)]);
  return {
    version: "1.0",
    resource,
    path,
    httpMethod: method,
    headers: lastOf(headers),
    multiValueHeaders: lists(headers),
    queryStringParameters: orNothing(lastOf(query)) ?? null,
    multiValueQueryStringParameters: orNothing(lists(query)) ?? null,
    requestContext: {
      accountId: "000000000000",
      apiId: "local",
      authorizer: httpV1Authorizer(authorizer),
      domainName,
      domainPrefix: domainName.split(".")[0] as string,
      extendedRequestId: requestId,
      httpMethod: method,
      identity: {
        ...nobody,
        sourceIp: client.ip,
        userAgent: valuesOf(headers, "user-agent")[0] ?? "",
        ...restIdentity(authorizer),
      } as unknown as HttpV1Event["requestContext"]["identity"],
      path,
      protocol: client.protocol,
      requestId,
      requestTime: time,
      requestTimeEpoch: timeEpoch,
      resourceId: key,
      resourcePath: resource,
      stage,
    },
    pathParameters: orNothing(Object.fromEntries(pathParameters) as Record<string, string>) ?? null,
    stageVariables: null,
    body: body.length > 0 ? payload.text : null,
    isBase64Encoded: payload.base64,
  };
}
