import type {
  APIGatewayRequestAuthorizerEvent,
  APIGatewayRequestAuthorizerEventV2,
  APIGatewayTokenAuthorizerEvent,
} from "aws-lambda";
import { requestTime } from "../../emulator/context.ts";
import { eventOf } from "../../emulator/event.ts";
import type { SourceEvents } from "../../emulator/types.ts";
import { type Overrides, override } from "../requests/overrides.ts";
import { prepare, type TestRequest } from "../requests/request.ts";

/** What an authorizer of an HTTP API gets with payload format 1.0. */
export interface HttpV1AuthorizerEvent extends APIGatewayRequestAuthorizerEvent {
  version: "1.0";
  /** Of all identity sources, joined by commas. */
  identitySource: string;
  authorizationToken: string;
}

/** Makes the event of one kind of authorizer. What is overridden may be at any depth, and `undefined` takes a field away. */
export type AuthorizerEventBuilder<Event> = (request?: TestRequest, overrides?: Overrides<Event>) => Event;

/** The builders of the events that authorizers get. */
export interface AuthorizerEvents {
  /** REST API, TOKEN: the `Authorization` of the request and what it asks for. */
  restToken: AuthorizerEventBuilder<APIGatewayTokenAuthorizerEvent>;
  /** REST API, REQUEST. */
  restRequest: AuthorizerEventBuilder<APIGatewayRequestAuthorizerEvent>;
  /** HTTP API, payload format 2.0. */
  http: AuthorizerEventBuilder<APIGatewayRequestAuthorizerEventV2>;
  /** HTTP API, payload format 1.0. */
  httpV1: AuthorizerEventBuilder<HttpV1AuthorizerEvent>;
  /** WebSocket API: the request that opens a connection. */
  webSocket: AuthorizerEventBuilder<APIGatewayRequestAuthorizerEvent>;
}

type OwnContext = APIGatewayRequestAuthorizerEvent["requestContext"];
type Asking = "rest" | "http" | "http-v1";

/** The event that the function behind gets, in which nobody is named yet, and the path behind stage and mapping. */
function behind<S extends Asking>(name: string, source: S, request: TestRequest): [SourceEvents[S], string] {
  const factory = `events.authorizer.${name}`;
  if (request.authorizer !== undefined)
    throw new TypeError(`${factory}: takes no option "authorizer", which comes of the answer`);
  const prepared = prepare(factory, source, request);
  return [eventOf(source, prepared.request, prepared.route) as SourceEvents[S], prepared.request.path];
}

const arnOf = (stage: string, asked: string): string =>
  `arn:aws:execute-api:us-east-1:000000000000:local/${stage}/${asked}`;

const tokenOf = (headers: Readonly<Record<string, string | undefined>> | null): string =>
  Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === "authorization")?.[1] ?? "";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html */
function requestEvent(request: TestRequest): APIGatewayRequestAuthorizerEvent {
  const [{ body, isBase64Encoded, ...event }, path] = behind("restRequest", "rest", request);
  const { authorizer, ...context } = event.requestContext;
  return {
    type: "REQUEST",
    methodArn: arnOf(context.stage, event.httpMethod + path),
    ...event,
    queryStringParameters: event.queryStringParameters ?? {},
    multiValueQueryStringParameters: event.multiValueQueryStringParameters ?? {},
    pathParameters: event.pathParameters ?? {},
    stageVariables: event.stageVariables ?? {},
    requestContext: context as OwnContext,
  };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html */
function httpEvent(request: TestRequest): APIGatewayRequestAuthorizerEventV2 {
  const [{ body, isBase64Encoded, ...event }, path] = behind("http", "http", request);
  const { stage, http } = event.requestContext;
  const token = tokenOf(event.headers);
  return {
    type: "REQUEST",
    routeArn: arnOf(stage, http.method + path),
    identitySource: token === "" ? [] : [token],
    ...event,
  } as APIGatewayRequestAuthorizerEventV2;
}

function httpV1Event(request: TestRequest): HttpV1AuthorizerEvent {
  const [{ body, isBase64Encoded, ...event }, path] = behind("httpV1", "http-v1", request);
  const { authorizer, ...context } = event.requestContext;
  const token = tokenOf(event.headers);
  return {
    type: "REQUEST",
    methodArn: arnOf(context.stage, event.httpMethod + path),
    identitySource: token,
    authorizationToken: token,
    ...event,
    requestContext: context as OwnContext,
  };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html */
function webSocketEvent(request: TestRequest): APIGatewayRequestAuthorizerEvent {
  const [{ headers, multiValueHeaders, requestContext, ...event }] = behind("webSocket", "rest", request);
  const { queryStringParameters, multiValueQueryStringParameters } = event;
  const { stage, requestId, domainName, apiId, extendedRequestId, identity } = requestContext;
  const { time, timeEpoch } = requestTime();
  return {
    type: "REQUEST",
    methodArn: arnOf(stage, "$connect"),
    headers,
    multiValueHeaders,
    queryStringParameters: queryStringParameters ?? {},
    multiValueQueryStringParameters: multiValueQueryStringParameters ?? {},
    stageVariables: {},
    requestContext: {
      routeKey: "$connect",
      eventType: "CONNECT",
      extendedRequestId,
      requestTime: time,
      messageDirection: "IN",
      stage,
      connectedAt: timeEpoch,
      requestTimeEpoch: timeEpoch,
      identity: { userAgent: identity.userAgent, sourceIp: identity.sourceIp },
      requestId,
      domainName,
      connectionId: "L0SM9cOFvHcCIhw=",
      apiId,
    },
  } as unknown as APIGatewayRequestAuthorizerEvent;
}

/** The builders of the events that authorizers get, by which API asks. */
export const authorizerEvents: AuthorizerEvents = {
  restToken(request = {}, overrides = {}) {
    const { methodArn, headers } = requestEvent(request);
    return override({ type: "TOKEN", methodArn, authorizationToken: tokenOf(headers) }, overrides);
  },
  restRequest: (request = {}, overrides = {}) => override(requestEvent(request), overrides),
  http: (request = {}, overrides = {}) => override(httpEvent(request), overrides),
  httpV1: (request = {}, overrides = {}) => override(httpV1Event(request), overrides),
  webSocket: (request = {}, overrides = {}) => override(webSocketEvent(request), overrides),
};
