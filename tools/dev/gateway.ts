import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Context } from "aws-lambda";
import { preflightRoute } from "../../api/routes/preflight.ts";
import { findRoute, type Route, type RouteMatch } from "../../api/routes/routes.ts";
import { queryWithoutSecrets } from "../../src/core/secrets.ts";
import type { Authorizer } from "../emulator/authorizer.ts";
import { contextOf } from "../emulator/context.ts";
import { eventOf } from "../emulator/event.ts";
import { withForwardedHeaders } from "../emulator/forwardedHeaders.ts";
import { gatewayResponse } from "../emulator/gatewayResponses.ts";
import type { Multimap } from "../emulator/multimap.ts";
import { bodyLimit } from "../emulator/payload.ts";
import { readResult } from "../emulator/result.ts";
import type { GatewaySource } from "../emulator/sources.ts";
import type { GatewayRequest, GatewayResponse } from "../emulator/types.ts";
import { collectBody } from "./body.ts";
import type { Refusal } from "./hosts.ts";
import type { RequestLog } from "./log.ts";
import type { AnyHandler, RouteTable } from "./routes.ts";
import { readTarget, type Target, withoutStage } from "./target.ts";

/** What a gateway works with. */
export interface GatewayOptions {
  source: GatewaySource;
  /** The routes in force, asked for at each request. */
  table: () => RouteTable;
  /** Milliseconds that a handler may take. */
  timeout: number;
  stage: string | undefined;
  authorizer: Authorizer | undefined;
  /** Why a request is turned away before anything is done for it. */
  refusalOf: (target: string, headers: IncomingHttpHeaders) => Refusal | undefined;
  /** Waited for before the routes are asked for. */
  ready: (() => Promise<unknown>) | undefined;
  log: (entry: RequestLog) => void;
}

function routeOf(
  request: IncomingMessage,
  table: RouteTable,
  { sent, segments }: Target,
): RouteMatch<AnyHandler> | undefined {
  const method = request.method as string;
  const asked = request.headers["access-control-request-method"];
  const found = findRoute(table, segments, onPath => onPath.get(method) ?? onPath.get("ANY"), sent);
  const isPreflight = method === "OPTIONS" && asked !== undefined && request.headers.origin !== undefined;
  if (!isPreflight || (found && found.route !== table.fallback)) return found;
  return findRoute(table, segments, onPath => preflightRoute(onPath, asked), sent);
}

/** `$default` and `ANY` keep their key; a preflight that another method's handler answers has a key of its own. */
const keyOf = ({ key }: Route<AnyHandler>, method: string): string =>
  method === "OPTIONS" ? key.replace(/^(?!ANY )[A-Z]+ /, "OPTIONS ") : key;

const functionNameOf = (key: string): string =>
  key
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 64) || "root";

async function invoke(
  handler: AnyHandler,
  event: object,
  context: Context,
  timeout: number,
): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Task timed out after ${timeout / 1000} seconds`)), timeout);
  });
  try {
    return await Promise.race([handler(event as never, context), late]);
  } finally {
    clearTimeout(timer);
  }
}

function headersOf({ rawHeaders }: IncomingMessage): Multimap {
  const names = rawHeaders.filter((_, index) => index % 2 === 0);
  return names.map((name, index) => [name, rawHeaders[index * 2 + 1] as string]);
}

function requestOf(
  source: GatewaySource,
  request: IncomingMessage,
  { path, query }: Target,
  headers: Multimap,
  body: Buffer,
): GatewayRequest {
  const { socket, httpVersion } = request;
  const ip = (socket.remoteAddress ?? "127.0.0.1").replace(/^::ffff:/, "");
  const client = { ip, protocol: `HTTP/${httpVersion}` };
  const sent = { method: request.method as string, path, query, headers, body, client };
  return withForwardedHeaders(source, sent, { scheme: "http", port: socket.localPort as number });
}

async function respond(
  request: IncomingMessage,
  options: GatewayOptions,
  note: (routeKey: string) => void,
): Promise<GatewayResponse> {
  const { source, stage, authorizer, timeout } = options;
  const refusal = options.refusalOf(request.url as string, request.headers);
  if (refusal !== undefined) return refused(refusal);
  const asked = readTarget(request.url as string);
  if (asked === undefined) return gatewayResponse(source, "malformed");
  if (options.ready !== undefined) await options.ready();
  const { target, base } = withoutStage(asked, stage);
  const found = routeOf(request, options.table(), target);
  if (found === undefined) return gatewayResponse(source, "noRoute");
  const { route, parameters } = found;
  const key = keyOf(route, request.method as string);
  note(key);
  const headers = headersOf(request);
  const body = await collectBody(request, bodyLimit(source, headers));
  if (body === undefined) return gatewayResponse(source, "tooLarge");
  const event = eventOf(source, requestOf(source, request, target, headers, body), {
    key,
    parameters,
    ...(stage !== undefined && { stage }),
    base,
    authorizer,
  });
  const context = contextOf(functionNameOf(route.key), timeout);
  return readResult(source, await invoke(route.handler, event, context, timeout));
}

/** What the server says for itself, which AWS does not. */
function refused({ status, message }: Refusal): GatewayResponse {
  const headers: [name: string, value: string][] = [
    ["content-type", "application/json"],
    ["x-content-type-options", "nosniff"],
  ];
  return { status, headers, body: Buffer.from(JSON.stringify({ message })) };
}

function send(response: ServerResponse, { status, headers, body }: GatewayResponse): void {
  response.statusCode = status;
  const sent = new Set<string>();
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (sent.has(lower)) response.appendHeader(name, value);
    else response.setHeader(name, value);
    sent.add(lower);
  }
  if (status !== 204 && status !== 304) response.setHeader("content-length", body.length);
  response.end(body);
}

/**
 * Answers one request as AWS does, through the Lambda handler of its route, and logs it.
 *
 * @param request a request whose body has not been read
 * @param response where the response goes; nothing is written once the client is gone
 */
export async function passThrough(
  request: IncomingMessage,
  response: ServerResponse,
  options: GatewayOptions,
): Promise<void> {
  const start = performance.now();
  const isGone = (): boolean => response.destroyed || (request.destroyed && !request.complete);
  let routeKey: string | undefined;
  let failure: { error: unknown } | undefined;
  const note = (key: string): void => {
    routeKey = key;
  };
  const sent = await respond(request, options, note).catch((error: unknown) => {
    if (!isGone()) failure = { error };
    return gatewayResponse(options.source, "failed");
  });
  const gone = isGone();
  if (!gone) send(response, sent);
  const [path = ""] = (request.url as string).split("?", 1);
  options.log({
    method: request.method as string,
    path,
    query: queryWithoutSecrets((request.url as string).slice(path.length)),
    status: gone ? undefined : sent.status,
    ms: performance.now() - start,
    routeKey,
    ...failure,
  });
}
