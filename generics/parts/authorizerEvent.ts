import type {
  APIGatewayRequestAuthorizerEvent,
  APIGatewayRequestAuthorizerEventV2,
  APIGatewayTokenAuthorizerEvent,
} from "aws-lambda";
import { isObject } from "../../src/core/objects.ts";
import { isKind } from "../../src/core/options.ts";

/** What a Lambda authorizer is asked with: by a REST or WebSocket API, or by an HTTP API with payload format 1.0 or 2.0. */
export type AuthorizerEvent =
  | APIGatewayTokenAuthorizerEvent
  | APIGatewayRequestAuthorizerEvent
  | APIGatewayRequestAuthorizerEventV2;

/** What is read of an authorizer's event. */
export interface AskedOf {
  readonly event: AuthorizerEvent;
  /** `arn:aws:execute-api:<region>:<account>:<api>/<stage>`. */
  readonly stageArn: string;
  /** All that can be asked for there: routes of WebSocket APIs have no method. */
  readonly everything: string;
  /** The payload format in which an HTTP API asks; none on REST and WebSocket APIs. */
  readonly version: unknown;
  /** The request as `authUser` reads it. */
  readonly request: Readonly<Record<string, unknown>>;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html */
const stageOf = /^(arn:[\w-]+:execute-api:[\w-]+:\d+:[\w-]+\/[\w$-]+)\/(.*)$/s;

const malformed = (what: string): TypeError =>
  new TypeError(`authorizerHandler: not an event of an authorizer: ${what}`);

/**
 * The credentials of a request. Its method is left out of it: what is answered holds for other requests too, so whether a page of another
 * site had it sent is looked at behind the gateway. A WebSocket is opened once, and no page may open it for another one.
 */
function requestOf(event: Record<string, unknown>, isSocket: boolean): Record<string, unknown> {
  if (event.type === "TOKEN") {
    const { authorizationToken } = event;
    if (typeof authorizationToken !== "string") throw malformed("authorizationToken is not a string");
    return { httpMethod: "GET", headers: { authorization: authorizationToken } };
  }
  const { headers, multiValueHeaders, cookies, requestContext } = event;
  if (!isObject(headers ?? {}) || !isObject(multiValueHeaders ?? {}))
    throw malformed("headers are not an object");
  if (!isKind(cookies ?? [], "names")) throw malformed("cookies are not a list of strings");
  return {
    headers,
    multiValueHeaders,
    cookies,
    ...(isSocket ? { requestContext } : { httpMethod: "GET" }),
  };
}

/**
 * Reads the event of an authorizer.
 *
 * @param event whatever the function was invoked with
 * @throws TypeError when it is not one
 */
export function readAuthorizerEvent(event: unknown): AskedOf {
  if (!isObject(event) || (event.type !== "TOKEN" && event.type !== "REQUEST"))
    throw malformed("type is neither TOKEN nor REQUEST");
  const name = event.routeArn === undefined ? "methodArn" : "routeArn";
  const arn = event[name];
  const [, stageArn, asked] = (typeof arn === "string" && stageOf.exec(arn)) || [];
  if (stageArn === undefined || asked === undefined) throw malformed(`${name} is not the ARN of a method`);
  const isSocket = asked === "$connect";
  return {
    event: event as unknown as AuthorizerEvent,
    stageArn,
    everything: asked.includes("/") ? "*/*" : "*",
    version: event.version,
    request: requestOf(event, isSocket),
  };
}
