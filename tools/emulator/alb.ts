import type { ALBEvent } from "aws-lambda";
import { lastOf, lists, lowerCased, sentQuery } from "./multimap.ts";
import { payloadOf } from "./payload.ts";
import type { GatewayRequest, GatewayRoute } from "./types.ts";

/**
 * The event of an Application Load Balancer. Nothing is decoded, header names are in lower case. Of what is repeated it
 * has the last value, or, when the target group has multi-value headers, all values in other fields.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
export function albEvent(
  multi: boolean,
  request: GatewayRequest,
  { base = "", mapping = "" }: GatewayRoute,
): ALBEvent {
  const headers = lowerCased(request.headers);
  const query = sentQuery(request.query);
  const payload = payloadOf("alb", request);
  return {
    requestContext: {
      elb: {
        targetGroupArn:
          "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/local/0123456789abcdef",
      },
    },
    httpMethod: request.method,
    path: base + mapping + request.path,
    ...(multi
      ? { multiValueQueryStringParameters: lists(query), multiValueHeaders: lists(headers) }
      : { queryStringParameters: lastOf(query), headers: lastOf(headers) }),
    body: payload.text,
    isBase64Encoded: payload.base64,
  };
}
