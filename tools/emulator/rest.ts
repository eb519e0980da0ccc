import { randomBytes, randomUUID } from "node:crypto";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { restAuthorizer, restIdentity } from "./authorizer.ts";
import { requestTime } from "./context.ts";
import { decodedQuery, hostOf, lastOf, lists, orNothing, valuesOf } from "./multimap.ts";
import { payloadOf } from "./payload.ts";
import type { GatewayRequest, GatewayRoute } from "./types.ts";

/** A REST API has no `$default`: what takes every path is `/{proxy+}`, and the root for itself. */
function resourceOf({ key, parameters }: GatewayRoute, path: string): [string, Record<string, string>] {
  if (key !== "$default") return [key.replace(/^\S+ /, ""), { ...parameters }];
  const proxy = path.replace(/^\//, "");
  return proxy === "" ? ["/", {}] : ["/{proxy+}", { proxy }];
}

const nobody = {
  accessKey: null,
  accountId: null,
  apiKey: null,
  apiKeyId: null,
  caller: null,
  clientCert: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  user: null,
  userArn: null,
};

/**
 * The event of a REST API (payload format 1.0). Path and path parameters stay encoded, the query is decoded, and header
 * names keep their case; what is not there is null.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function restEvent(request: GatewayRequest, route: GatewayRoute): APIGatewayProxyEvent {
  const { method, path, headers, client, body } = request;
  const { stage = "prod", base = "", mapping = "", authorizer = {} } = route;
  const [resource, parameters] = resourceOf(route, path);
  const query = decodedQuery(request.query);
  const payload = payloadOf("rest", request);
  const { time, timeEpoch } = requestTime();
  const domainName = hostOf(headers);
  return {
    resource,
    path: mapping + path,
    httpMethod: method,
    headers: lastOf(headers),
    multiValueHeaders: lists(headers),
    queryStringParameters: orNothing(lastOf(query)) ?? null,
    multiValueQueryStringParameters: orNothing(lists(query)) ?? null,
    pathParameters: orNothing(parameters) ?? null,
    stageVariables: null,
    requestContext: {
      accountId: "000000000000",
      apiId: "local",
      authorizer: restAuthorizer(authorizer),
      domainName,
      domainPrefix: domainName.split(".")[0] as string,
      extendedRequestId: randomBytes(11).toString("base64"),
      httpMethod: method,
      identity: {
        ...nobody,
        sourceIp: client.ip,
        userAgent: valuesOf(headers, "user-agent")[0] ?? null,
        ...restIdentity(authorizer),
      },
      path: `${base}${mapping}${path}`,
      protocol: client.protocol,
      requestId: randomUUID(),
      requestTime: time,
      requestTimeEpoch: timeEpoch,
      resourceId: "local",
      resourcePath: resource,
      stage,
    },
    body: body.length > 0 ? payload.text : null,
    isBase64Encoded: payload.base64,
  };
}
