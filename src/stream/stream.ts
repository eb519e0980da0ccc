import type { ContractOf, Endpoint } from "../core/endpoint.ts";
import { isRecord } from "../core/objects.ts";
import { checkArgument } from "../core/options.ts";
import { toResult } from "../http/result.ts";
import { sourceOf } from "../http/source.ts";
import { type StreamBody, streamWith } from "../http/streamBody.ts";
import type { HttpResult } from "../http/types.ts";
import { definitionOf, register } from "../pipeline/explain.ts";
import { OpenedBody } from "./body.ts";
import {
  isResponseStream,
  type ResponseStream,
  runtime,
  sendResponse,
  sendValue,
  whenGone,
} from "./responseStream.ts";

/** A Lambda handler that streams where the runtime does, and gives its result whole where it is called without a stream. */
export interface StreamingHandler<Call = unknown> extends Endpoint<Call> {
  (event?: unknown, context?: object): Promise<HttpResult>;
}

type Handler = (event?: unknown, context?: object) => Promise<unknown>;

/**
 * Whether the source of an event takes a streamed response. REST APIs and function URLs do. An HTTP API does not; it
 * sends the events of a function URL.
 */
function takesStreams(event: unknown): boolean {
  if (!isRecord(event)) return false;
  const source = sourceOf(event);
  const { requestContext } = event;
  if (source === "rest") return true;
  const domain = isRecord(requestContext) ? requestContext.domainName : undefined;
  return source === "http" && (typeof domain !== "string" || domain.includes(".lambda-url."));
}

/** HTTP results in the form that the source wants; what takes any other event is the handler's own business. */
const whole = async (handler: Handler, event: unknown, context: object | undefined): Promise<unknown> => {
  const value = await handler(event, context);
  return sourceOf(event) === undefined ? value : toResult(event, value);
};

async function sendPieces(
  handler: Handler,
  event: unknown,
  stream: ResponseStream,
  context: object,
): Promise<void> {
  const opened = new Set<OpenedBody>();
  const closeAll = (): void => {
    for (const body of opened) body.close();
  };
  let isGone = false;
  whenGone(stream, () => {
    isGone = true;
    closeAll();
  });
  streamWith(context, async function open(body: StreamBody) {
    if (body instanceof OpenedBody) return body;
    const made = new OpenedBody(body);
    opened.add(made);
    if (isGone) made.close();
    await made.open();
    return made;
  });
  try {
    const value = await handler(event, context);
    const result = await toResult(event, value, undefined, undefined, context);
    if (!isGone) await sendResponse(stream, result);
  } finally {
    // Also those that no response has in the end.
    closeAll();
  }
}

/**
 * Streams the response of a handler, through Lambda's response streaming: function URLs with the invoke mode
 * `RESPONSE_STREAM`, and REST APIs with the response transfer mode `STREAM`. A web `Response`, or a ready
 * `{ statusCode, headers, cookies, body }` whose body is a `Readable`, a `ReadableStream` or an async generator, goes out
 * piece by piece; every other response as ever. Status, headers, CORS and cookies are those of the whole chain.
 *
 * The first piece is awaited inside the chain, so an error before it becomes a response like any other. One after it breaks the
 * response off, for its status is gone already. When the client goes away the source is destroyed or cancelled.
 *
 * Other sources get the whole response at once, and so does a caller without a stream: tests, and the local server.
 *
 * @param handler what `pipeline`, a generic or `api` made, or any Lambda handler
 * @returns the handler to export
 * @throws TypeError when the handler is not a function
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
 * @example
 * export const handler = stream(
 *   pipeline([errors(), cors(), serialize()], () => ({
 *     statusCode: 200,
 *     headers: { "Content-Type": "text/event-stream" },
 *     body: ticks(),
 *   })),
 * );
 */
export function stream<Given extends Handler>(handler: Given): StreamingHandler<ContractOf<Given>> {
  checkArgument("stream", "handler", handler ?? null, "function");

  async function streamed(event: unknown, second?: unknown, third?: unknown): Promise<unknown> {
    if (!isResponseStream(second)) return await whole(handler, event, second as object | undefined);
    const context = (third ?? {}) as object;
    if (takesStreams(event)) return await sendPieces(handler, event, second, context);
    return sendValue(second, await whole(handler, event, context));
  }
  const made = runtime().streamifyResponse?.(streamed) ?? streamed;
  const definition = definitionOf(handler);
  if (definition !== undefined) {
    register(made, { ...definition, rebuild: chain => stream(definition.rebuild(chain) as Handler) });
  }
  return made as StreamingHandler<ContractOf<Given>>;
}
