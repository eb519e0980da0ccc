import { eventOf as gatewayEvent } from "../../tools/emulator/event.ts";
import { readSent } from "../../tools/emulator/result.ts";
import { type GatewaySource, gatewaySources } from "../../tools/emulator/sources.ts";
import type { GatewayResponse } from "../../tools/emulator/types.ts";

/** Every kind of event that a function may be invoked with over HTTP. */
export const sources: readonly GatewaySource[] = gatewaySources;
export type EventSource = GatewaySource;

/** Whether a source decodes paths before a function gets them: HTTP APIs do, with either payload format. */
export const decodesPaths = (source: EventSource): boolean => source === "http" || source === "http-v1";

/** A request as a client sends it. */
export interface TestRequest {
  method?: string;
  /** Encoded, and without the stage. */
  path?: string;
  /** Decoded. */
  pathParameters?: Record<string, string>;
  /** Decoded, in order. */
  query?: readonly (readonly [name: string, value: string])[];
  headers?: Record<string, string | readonly string[]>;
  /** `name=value` each. */
  cookies?: readonly string[];
  body?: string | Uint8Array;
  /** Sends the body as base64. Bytes always are. */
  base64?: boolean;
  stage?: string;
  /** `$default` or a pattern such as `/users/{id}`. */
  route?: string;
}

const formEncode = (text: string): string => encodeURIComponent(text).replaceAll("%20", "+");

function* headerPairs(headers: NonNullable<TestRequest["headers"]>): Generator<[string, string]> {
  for (const [name, given] of Object.entries(headers)) {
    for (const value of typeof given === "string" ? [given] : given) yield [name, value];
  }
}

const baseOf = (source: EventSource, stage: string | undefined): string => {
  if (source === "rest") return `/${stage ?? "dev"}`;
  return decodesPaths(source) && stage !== undefined ? `/${stage}` : "";
};

/** Builds the event that AWS would invoke the function with, on AWS's own domain. */
export function eventOf(source: EventSource, request: TestRequest = {}): Record<string, unknown> {
  const { method = "GET", path = "/", query = [], cookies = [], stage, body = "" } = request;
  const sent = {
    method,
    path,
    query: query.map(([name, value]) => `${formEncode(name)}=${formEncode(value)}`).join("&"),
    headers: [
      ...headerPairs(request.headers ?? {}),
      ...(cookies.length > 0 ? [["Cookie", cookies.join("; ")] as const] : []),
    ],
    body: Buffer.from(body as string),
    client: { ip: "192.0.2.1", protocol: "HTTP/1.1" },
    base64: request.base64 === true || body instanceof Uint8Array,
  };
  const parameters = Object.entries(request.pathParameters ?? {});
  const event = gatewayEvent(source, sent, {
    key: `${method} ${request.route ?? path}`,
    parameters: Object.fromEntries(parameters.map(([name, value]) => [name, encodeURIComponent(value)])),
    stage: stage ?? (source === "rest" ? "dev" : "$default"),
    base: baseOf(source, stage),
  });
  return { ...event };
}

/** What reaches every client of ours: `test/src/http/protect.test.ts` proves it. */
export const nosniff = { "X-Content-Type-Options": "nosniff" };

/**
 * What reaches the client. Names are in lower case; a header that is sent more than once is a list. What all responses have,
 * {@link nosniff}, is left out.
 */
export interface Received {
  status: number;
  headers: Record<string, string | string[]>;
  cookies: string[];
  body: Buffer;
}

const fields: Record<EventSource, readonly string[]> = {
  rest: ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"],
  http: ["statusCode", "headers", "cookies", "body", "isBase64Encoded"],
  "http-v1": ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"],
  url: ["statusCode", "headers", "cookies", "body", "isBase64Encoded"],
  alb: ["statusCode", "statusDescription", "headers", "body", "isBase64Encoded"],
  "alb-multi": ["statusCode", "statusDescription", "multiValueHeaders", "body", "isBase64Encoded"],
  "lattice-v1": ["statusCode", "statusDescription", "headers", "body", "isBase64Encoded"],
  "lattice-v2": ["statusCode", "statusDescription", "headers", "body", "isBase64Encoded"],
};

function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

/** What AWS lets pass, and we do not: fields that have no effect, a body that is not a string, cookies in `headers`. */
function demandOurs(source: EventSource, result: unknown): void {
  demand(typeof result === "object" && result !== null, "no object");
  const sent = result as Record<string, unknown>;
  for (const field of Object.keys(sent)) {
    if (sent[field] !== undefined) demand(fields[source].includes(field), `useless field ${field}`);
  }
  demand(Number.isInteger(sent.statusCode), "the status is not a number");
  demand(typeof sent.body === "string", "the body is not a string");
  const names = Object.keys(sent.headers ?? {}).map(name => name.toLowerCase());
  if (source === "http" || source === "url")
    demand(!names.includes("set-cookie"), "a cookie outside of cookies");
}

function listsOf(pairs: GatewayResponse["headers"]): Map<string, string[]> {
  const lists = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const lower = name.toLowerCase();
    lists.set(lower, [...(lists.get(lower) ?? []), value]);
  }
  return lists;
}

/** Takes a result as the source does, and fails where it would answer 502 instead of passing it on. */
export function received(source: EventSource, result: unknown): Received {
  demandOurs(source, result);
  const { status, headers, body } = readSent(source, result);
  const lists = listsOf(headers);
  const cookies = lists.get("set-cookie") ?? [];
  lists.delete("set-cookie");
  if (lists.get("x-content-type-options")?.join() === "nosniff") lists.delete("x-content-type-options");
  const entries = [...lists].map(([name, values]) => [name, values.length === 1 ? values[0] : values]);
  return { status, headers: Object.fromEntries(entries) as Received["headers"], cookies, body };
}
