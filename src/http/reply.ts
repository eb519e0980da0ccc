import type { HookRequest } from "../middleware.ts";
import { mergeHeaders } from "./headers.ts";
import { type ResultOptions, toResult } from "./result.ts";
import type { HttpResult } from "./types.ts";

/** What the middlewares of one invocation tell each other about its response. */
interface ReplyState {
  headers: Record<string, string> | undefined;
  giver: unknown;
  final: unknown;
  willReply: boolean;
  raw: boolean;
  listeners: ReplyListener[] | undefined;
}

/** Is told of each final response; what it promises is awaited before the response leaves. */
export type ReplyListener = (result: HttpResult) => void | Promise<void>;

const key: unique symbol = /* @__PURE__ */ Symbol("tsverless.reply");

type Request = Pick<HookRequest<unknown, unknown>, "event" | "response" | "context">;

/** It stands on the request itself: `internal`, which has no prototype, takes several times as long to read. */
const peek = (request: Request): ReplyState | undefined => (request as { [key]?: ReplyState })[key];

function stateOf(request: Request): ReplyState {
  const found = peek(request);
  if (found !== undefined) return found;
  const made: ReplyState = {
    headers: undefined,
    giver: undefined,
    final: undefined,
    willReply: false,
    raw: false,
    listeners: undefined,
  };
  (request as { [key]?: ReplyState })[key] = made;
  return made;
}

/**
 * Hands headers to whoever builds the final response. Headers that the response brings itself win; `Vary` is merged.
 * The later of two calls wins where both name a header.
 *
 * @param request the state of the invocation
 * @param headers values by name
 * @param giver who gives them, for {@link gaveHeaders}
 * @example
 * addHeaders(request, { "X-Request-Id": context.awsRequestId });
 */
export function addHeaders(
  request: Request,
  headers: Readonly<Record<string, string>>,
  giver?: object,
): void {
  const state = stateOf(request);
  state.headers = mergeHeaders(state.headers, headers);
  if (giver !== undefined) state.giver = giver;
}

/** Whether this giver was the last one that gave headers. */
export function gaveHeaders(request: Request, giver: object): boolean {
  return peek(request)?.giver === giver;
}

/** The headers that were handed over so far; the object itself never changes. */
export function givenHeaders(request: Request): Readonly<Record<string, string>> | undefined {
  return peek(request)?.headers;
}

/**
 * Has a listener told of the final response of this invocation, each time that it is made: once as a rule, and again
 * when a layer outside adds headers to it, or when an error takes its place.
 *
 * @param request the state of the invocation
 * @param listener is given the response in the form of the event's source; it may not change it
 * @example
 * onReply(request, async result => { await audit.write(result.statusCode); });
 */
export function onReply(request: Request, listener: ReplyListener): void {
  const state = stateOf(request);
  state.listeners = [...(state.listeners ?? []), listener];
}

async function tell(listeners: readonly ReplyListener[], result: HttpResult): Promise<void> {
  for (const listener of listeners) await listener(result);
}

function finish(request: Request, result: HttpResult): void | Promise<void> {
  request.response = result;
  const state = stateOf(request);
  state.final = result;
  if (state.listeners !== undefined) return tell(state.listeners, result);
}

/**
 * Builds the final response from a value and the headers of {@link addHeaders}, in the form of the event's source. A
 * response that is final already may be given again: it takes the headers that were added since.
 *
 * @param request the state of the invocation; its `response` is set
 * @param value what {@link toResult} takes
 * @returns a promise for a web `Response`, for a body that is a stream, or when somebody listens ({@link onReply}); else nothing
 * @throws ServerError when the value cannot be written
 * @example
 * reply(request, { code: 404, message: "Resource Not Found" }, { status: 404 });
 */
export function reply(request: Request, value: unknown, options?: ResultOptions): void | Promise<void> {
  const state = peek(request);
  // Who listens is told of the whole response.
  const context = state?.listeners === undefined ? request.context : undefined;
  const result = toResult(request.event, value, options, state?.headers, context);
  if (result instanceof Promise) return result.then(ready => finish(request, ready));
  return finish(request, result);
}

/** Says that a later hook of this invocation will {@link reply}. */
export function willReply(request: Request): void {
  stateOf(request).willReply = true;
}

/** Whether a later hook said that it {@link willReply}. */
export function isReplyDue(request: Request): boolean {
  return peek(request)?.willReply === true;
}

/** Whether the response is the very one that {@link reply} built. */
export function isFinal(request: Request): boolean {
  const final = peek(request)?.final;
  return final !== undefined && final === request.response;
}

/** Says that the response is to be left alone, whatever it is. */
export function keepRaw(request: Request): void {
  stateOf(request).raw = true;
}

/** Whether the response is to be left alone. */
export function isRaw(request: Request): boolean {
  return peek(request)?.raw === true;
}
