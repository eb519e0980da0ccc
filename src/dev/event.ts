import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Target } from "./target.ts";

/** What an event is made of besides the request. */
export interface EventParts {
  target: Target;
  routeKey: string;
  parameters: Record<string, string>;
  body: Buffer;
}

const joinRepeats = (pairs: Iterable<readonly [string, string]>): Record<string, string> => {
  const joined = new Map<string, string>();
  for (const [name, value] of pairs) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(joined);
};

function* headerPairs(raw: readonly string[]): Generator<[name: string, value: string]> {
  for (let index = 0; index < raw.length; index += 2) {
    yield [(raw[index] as string).toLowerCase(), raw[index + 1] as string];
  }
}

const cookiesOf = (pairs: readonly (readonly [string, string])[]): string[] =>
  pairs
    .filter(([name]) => name === "cookie")
    .flatMap(([, value]) => value.split(";"))
    .map(cookie => cookie.trim())
    .filter(cookie => cookie !== "");

const textTypes = /^(text\/[^;\s]+|application\/(json|xml|javascript))\s*(;|$)/i;

/**
 * Tells whether an HTTP API hands a body over as base64: it does unless the content type is `text/*` or JSON, XML or
 * JavaScript; forms, other `+json` types and bodies without a type are binary to it.
 */
export function isBinary(contentType: string | undefined): boolean {
  return !textTypes.test(contentType?.trim() ?? "");
}

/** `12/Mar/2020:19:03:58 +0000`, as access logs have it. */
function logTime(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}

const peerOf = (request: IncomingMessage): string =>
  (request.socket.remoteAddress ?? "127.0.0.1").replace(/^::ffff:/, "");

function addedHeaders(request: IncomingMessage, now: number): [string, string][] {
  const forwarded = request.headers["x-forwarded-for"];
  const peer = peerOf(request);
  const trace = `Root=1-${Math.floor(now / 1000).toString(16)}-${randomBytes(12).toString("hex")}`;
  return [
    ...(request.headers["content-length"] === undefined && request.headers["transfer-encoding"] === undefined
      ? ([["content-length", "0"]] as [string, string][])
      : []),
    ["x-amzn-trace-id", trace],
    ["x-forwarded-for", forwarded === undefined ? peer : `${forwarded}, ${peer}`],
    ["x-forwarded-port", String(request.socket.localPort)],
    ["x-forwarded-proto", "http"],
  ];
}

/** Headers that the gateway says itself, or says in another field. */
const replaced = new Set([
  "cookie",
  "connection",
  "transfer-encoding",
  "x-amzn-trace-id",
  "x-forwarded-for",
  "x-forwarded-port",
  "x-forwarded-proto",
]);

/**
 * Makes the event that an HTTP API (payload format 2.0) makes of a request.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 *
 * @param request the request; its body has been read
 * @param parts the route it fits and the body's bytes
 * @returns the event; fields that a request has no use for are left out, as there
 */
export function eventOf(request: IncomingMessage, parts: EventParts): APIGatewayProxyEventV2 {
  const { target, routeKey, parameters, body } = parts;
  const now = new Date();
  const sent = [...headerPairs(request.rawHeaders)];
  const headers = joinRepeats([
    ...sent.filter(([name]) => !replaced.has(name)),
    ...addedHeaders(request, now.getTime()),
  ]);
  const cookies = cookiesOf(sent);
  const query = joinRepeats(new URLSearchParams(target.query));
  const rawPath = `/${target.segments.join("/")}`;
  const domainName = (headers.host ?? "localhost").replace(/:\d+$/, "");
  const base64 = body.length > 0 && isBinary(headers["content-type"]);
  return {
    version: "2.0",
    routeKey,
    rawPath,
    rawQueryString: target.query,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      accountId: "000000000000",
      apiId: "local",
      domainName,
      domainPrefix: domainName.split(".")[0] as string,
      http: {
        method: request.method as string,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: peerOf(request),
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: randomBytes(11).toString("base64"),
      routeKey,
      stage: "$default",
      time: logTime(now),
      timeEpoch: now.getTime(),
    },
    ...(Object.keys(parameters).length > 0 && { pathParameters: parameters }),
    ...(body.length > 0 && { body: body.toString(base64 ? "base64" : "utf8") }),
    isBase64Encoded: base64,
  };
}
