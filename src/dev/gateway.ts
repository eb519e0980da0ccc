import type { IncomingMessage, ServerResponse } from "node:http";
import type { Context } from "aws-lambda";
import { preflightRoute } from "../api/preflight.ts";
import { type Found, findRoute, type Route } from "../api/routes.ts";
import { collectBody } from "./body.ts";
import { contextOf } from "./context.ts";
import { eventOf, isBinary } from "./event.ts";
import { gatewayAnswer, type Outgoing, payloadLimit, readResult } from "./result.ts";
import type { Handler, RouteTable } from "./routes.ts";
import { readTarget, type Target } from "./target.ts";

/** What a gateway works with. */
export interface GatewayOptions {
  table: RouteTable;
  /** Milliseconds that a handler may take. */
  timeout: number;
  log: (line: string) => void;
}

function routeOf(
  request: IncomingMessage,
  table: RouteTable,
  { segments }: Target,
): Found<Handler> | undefined {
  const method = request.method as string;
  const asked = request.headers["access-control-request-method"];
  const found = findRoute(table, segments, onPath => onPath.get(method) ?? onPath.get("ANY"));
  const isPreflight = method === "OPTIONS" && asked !== undefined && request.headers.origin !== undefined;
  if (!isPreflight || (found && found.route !== table.fallback)) return found;
  return findRoute(table, segments, onPath => preflightRoute(onPath, asked));
}

/** `$default` and `ANY` keep their key; a preflight that another method's handler answers has a key of its own. */
const keyOf = ({ key }: Route<Handler>, method: string): string =>
  method === "OPTIONS" ? key.replace(/^(?!ANY )[A-Z]+ /, "OPTIONS ") : key;

const functionNameOf = (key: string): string =>
  key
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 64) || "root";

async function invoke(
  handler: Handler,
  event: Parameters<Handler>[0],
  context: Context,
  timeout: number,
): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Task timed out after ${timeout / 1000} seconds`)), timeout);
  });
  try {
    return await Promise.race([handler(event, context), late]);
  } finally {
    clearTimeout(timer);
  }
}

const textOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? String(error)) : `It threw ${String(error)}`;

async function answer(request: IncomingMessage, options: GatewayOptions): Promise<Outgoing> {
  const target = readTarget(request.url as string);
  if (target === undefined) return gatewayAnswer(400, "Bad Request");
  const found = routeOf(request, options.table, target);
  if (found === undefined) return gatewayAnswer(404, "Not Found");
  const limit = isBinary(request.headers["content-type"]) ? (payloadLimit / 4) * 3 : payloadLimit;
  const body = await collectBody(request, limit);
  if (body === undefined) return gatewayAnswer(413, "Request Entity Too Large");
  const { route, parameters } = found;
  const routeKey = keyOf(route, request.method as string);
  const event = eventOf(request, { target, routeKey, parameters, body });
  const context = contextOf(functionNameOf(route.key), options.timeout);
  return readResult(await invoke(route.handler, event, context, options.timeout));
}

function send(response: ServerResponse, { status, headers, body }: Outgoing): void {
  response.statusCode = status;
  for (const [name, value] of headers) {
    if (name.toLowerCase() === "set-cookie") response.appendHeader(name, value);
    else response.setHeader(name, value);
  }
  if (status !== 204 && status !== 304) response.setHeader("content-length", body.length);
  response.end(body);
}

/**
 * Answers one request as an HTTP API does, through the Lambda handler of its route, and logs one line.
 *
 * @param request a request whose body has not been read
 * @param response where the answer goes; nothing is written once the client is gone
 */
export async function passThrough(
  request: IncomingMessage,
  response: ServerResponse,
  options: GatewayOptions,
): Promise<void> {
  const start = performance.now();
  const line = `${request.method} ${(request.url as string).split("?")[0]}`;
  const isGone = (): boolean => response.destroyed || (request.destroyed && !request.complete);
  const outgoing = await answer(request, options).catch((error: unknown) => {
    if (!isGone()) options.log(`${line} failed: ${textOf(error)}`);
    return gatewayAnswer(500, "Internal Server Error");
  });
  const gone = isGone();
  if (!gone) send(response, outgoing);
  options.log(`${line} ${gone ? "aborted" : outgoing.status} ${Math.round(performance.now() - start)} ms`);
}
