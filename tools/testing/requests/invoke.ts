import type { Context } from "aws-lambda";
import { checkArgument, checkOptions } from "../../../src/core/options.ts";
import { passedOn, sentAsDeclared } from "../../emulator/binaryTypes.ts";
import { eventOf } from "../../emulator/event.ts";
import { gatewayResponse } from "../../emulator/gatewayResponses.ts";
import { readResult } from "../../emulator/result.ts";
import { type GatewaySource, gatewaySources } from "../../emulator/sources.ts";
import type { GatewayResponse } from "../../emulator/types.ts";
import { context } from "./context.ts";
import { prepare, type TestRequest, withForm } from "./request.ts";
import { type TestResponse, testResponse } from "./response.ts";

/** Anything that Lambda could invoke. */
export type AnyHandler = (event: never, context: never) => unknown;

/** Options of {@link invoke}. */
export interface InvokeOptions {
  /** The source that the request comes through. @default "http" */
  source?: GatewaySource;
  /** Fields of the context to have instead. */
  context?: Partial<Context>;
  /**
   * What a REST API takes for binary, as its own `binaryMediaTypes`, such as `image/*`. Other requests reach the handler as text,
   * and other responses that are base64 reach the client as base64.
   * @default the usual types of requests, and all responses
   */
  binaryMediaTypes?: readonly string[];
}

/** Checks the name of a source. */
export function checkSource(factory: string, source: unknown): void {
  if (gatewaySources.includes(source as GatewaySource)) return;
  throw new TypeError(`${factory}: option "source" must be one of ${gatewaySources.join(", ")}`);
}

function read(source: GatewaySource, result: unknown): GatewayResponse {
  try {
    return readResult(source, result);
  } catch (cause) {
    const { status } = gatewayResponse(source, "failed");
    throw new Error(`On ${source}, AWS would answer ${status}: ${(cause as Error).message}`, { cause });
  }
}

/** {@link invoke} on behalf of another function, which the messages name. */
export async function send<Body>(
  factory: string,
  handler: AnyHandler,
  request: TestRequest,
  { source = "http", context: overrides, binaryMediaTypes }: InvokeOptions,
): Promise<TestResponse<Body>> {
  const prepared = prepare(factory, source, await withForm(request));
  const declared = source === "rest" ? binaryMediaTypes : undefined;
  const sent = declared === undefined ? prepared.request : sentAsDeclared(prepared.request, declared);
  const event = eventOf(source, sent, prepared.route);
  const result = await handler(event as never, context(overrides) as never);
  return testResponse(
    sent.method,
    read(source, declared === undefined ? result : passedOn(result, sent, declared)),
  );
}

/**
 * Sends a request through one source, as AWS does: the handler gets the event that the source makes of it, and what it
 * returns is read back as HTTP.
 *
 * @param handler any Lambda handler of an HTTP event source
 * @param request the request
 * @param options the source, and fields of the context
 * @returns what the client gets
 * @throws TypeError naming what is wrong in the request or the options
 * @throws Error saying why AWS would answer 502 (HTTP APIs 500) instead of passing the response on
 * @throws whatever the handler throws
 * @example
 * const { status, body } = await invoke(getUser, { route: "/users/{id}", path: "/users/7" }, { source: "rest" });
 */
export async function invoke<Body = unknown>(
  handler: AnyHandler,
  request: TestRequest = {},
  options: InvokeOptions = {},
): Promise<TestResponse<Body>> {
  checkArgument("invoke", "handler", handler ?? null, "function");
  checkOptions("invoke", options, { source: "string", context: "object", binaryMediaTypes: "names" });
  checkSource("invoke", options.source ?? "http");
  return send("invoke", handler, request, options);
}
