import { randomBytes } from "node:crypto";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { formatTwoAuthorizer } from "./authorizer.ts";
import { decodedQuery, joined, lowerCased, orNothing, valuesOf } from "./pairs.ts";
import { payloadOf } from "./payload.ts";
import { stamp } from "./stamp.ts";
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
export function formatTwo(
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
      ...(authorizer && { authorizer: formatTwoAuthorizer(authorizer) }),
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
      ...stamp(),
    },
    ...(pathParameters && { pathParameters }),
    ...(body.length > 0 && { body: payload.text }),
    isBase64Encoded: payload.base64,
  };
}
