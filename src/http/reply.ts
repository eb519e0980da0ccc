import { mapMaybePromise } from "../core/maybePromise.ts";
import type { HookRequest } from "../core/middleware.ts";
import { coverHeaders, type HeaderBag, headersOfReady, mergeHeaders } from "./headers.ts";
import { dataLeft, type Ready } from "./ready.ts";
import { type OwnResultOptions, type ResultOptions, toDataResult, toResult } from "./result.ts";
import { openForm } from "./resultFormats.ts";
import type { HttpResult } from "./types.ts";

/** What the middlewares of one invocation tell each other about its response. */
interface ReplyState {
  headers: Record<string, string> | undefined;
  giver: unknown;
  final: unknown;
  willReply: boolean;
  answer: Answer | undefined;
  isOpen: boolean;
  raw: boolean;
  listeners: ReplyListener[] | undefined;
  isNoted: boolean;
  value: unknown;
}

/** Is told of each final response; what it promises is awaited before the response leaves. */
export type ReplyListener = (result: HttpResult) => void | Promise<void>;

/** Makes a response of the data that stands in `request.response`. */
type Answer = (request: never) => unknown;

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
    answer: undefined,
    isOpen: false,
    raw: false,
    listeners: undefined,
    isNoted: false,
    value: undefined,
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

/** What is there is final, in the form in which hooks may read it. */
function settle(request: Request, state: ReplyState, result: unknown): void {
  const response = state.isOpen ? openForm(result) : result;
  request.response = response;
  state.final = response;
}

function finish(request: Request, result: HttpResult): void | Promise<void> {
  const state = stateOf(request);
  settle(request, state, result);
  state.willReply = false;
  if (state.listeners !== undefined) return tell(state.listeners, result);
}

type Write = typeof toDataResult;

function write(
  to: Write,
  request: Request,
  value: unknown,
  options: OwnResultOptions | undefined,
): void | Promise<void> {
  const state = peek(request);
  // Who listens is told of the whole response.
  const context = state?.listeners === undefined ? request.context : undefined;
  const result = to(request.event, value, options, state?.headers, context);
  if (result instanceof Promise) return result.then(ready => finish(request, ready));
  return finish(request, result);
}

/**
 * Builds the final response from data and the headers of {@link addHeaders}, in the form of the event's source. No value is
 * taken for a response by its shape; what `respond` made and a web `Response` are responses.
 *
 * @param request the state of the invocation; its `response` is set
 * @param value what {@link toDataResult} takes
 * @returns a promise for a web `Response`, for a body that is a stream, or when somebody listens ({@link onReply}); else nothing
 * @throws ServerError when the value cannot be written
 * @example
 * reply(request, { code: 404, message: "Resource Not Found" }, { status: 404 });
 */
export function reply(request: Request, value: unknown, options?: OwnResultOptions): void | Promise<void> {
  return write(toDataResult, request, value, options);
}

/**
 * Builds the final response from what is a response by its place, so that Lambda's plain form `{ statusCode, … }` counts: an
 * early reply, what a function gives where no serializer stands. One that is final already may be given again: it takes the
 * headers that were added since.
 *
 * @param request the state of the invocation; its `response` is set
 * @param response what {@link toResult} takes
 * @returns a promise where {@link reply} gives one
 * @throws ServerError when the response cannot be written
 */
export function replyAsIs(
  request: Request,
  response: unknown,
  options?: ResultOptions,
): void | Promise<void> {
  return write(toResult, request, response, options);
}

/**
 * The same for what hooks left, which may be data: where the chain has a serializer, that serializes it first, be it in place of
 * the response or the body of one; its headers, cookies and status stay.
 */
export function replyReady(request: Request, response: unknown): void | Promise<void> {
  const answer = peek(request)?.answer;
  const left = answer === undefined ? undefined : dataLeft(response);
  if (answer === undefined || left === undefined) return replyAsIs(request, response);
  const { data, around } = left;
  request.response = data;
  noteValue(request, data);
  const answered = mapMaybePromise(answer(request as never), () => standAround(request, around));
  return answered instanceof Promise ? answered : undefined;
}

/** What hooks said of a response beside its body goes over what the serializer said. */
function standAround(request: Request, around: Ready | undefined): void | Promise<void> {
  if (around === undefined) return undefined;
  const said = headersOfReady(around);
  for (const name of ["content-type", "content-length"]) said.delete(name);
  const made = request.response as Ready;
  const own = headersOfReady(made);
  coverHeaders(own, said);
  const { statusCode, body, isBase64Encoded } = made;
  return replyAsIs(request, {
    statusCode: Number(around.statusCode) === 200 ? statusCode : around.statusCode,
    headers: pairsOf(own),
    body,
    isBase64Encoded,
  });
}

const pairsOf = (bag: HeaderBag): unknown[] => [...bag.values()].map(({ name, values }) => [name, values]);

/**
 * Serializes the data that a hook answered an error with, such as an older state of the object. What is a response already, and
 * what is data in a chain without a serializer, stays.
 */
export function serializeLeft(request: Request): void | Promise<void> {
  const state = peek(request);
  if (state?.answer === undefined || state.raw || dataLeft(request.response) === undefined) return undefined;
  return replyReady(request, request.response);
}

/**
 * Puts a finished response that hooks of other packages changed into the form of the source once more. Nobody who listens is
 * told of it: what they did is for this client alone, such as a compressed body.
 */
export function seal(request: Request): void | Promise<void> {
  const pending = serializeLeft(request);
  return pending === undefined ? close(request) : pending.then(() => close(request));
}

function close(request: Request): void | Promise<void> {
  stateOf(request).isOpen = false;
  const keep = (result: HttpResult): void => {
    request.response = result;
    stateOf(request).final = result;
  };
  const result = toResult(request.event, request.response, undefined, undefined, request.context);
  if (result instanceof Promise) return result.then(keep);
  return keep(result);
}

/** Says that the response that is there is final: another handler of ours built it. */
export function adopt(request: Request): void {
  const state = stateOf(request);
  settle(request, state, request.response);
  state.willReply = false;
}

/**
 * Says that hooks of other packages are to see the response, and {@link seal} is to come: until then its headers stand in
 * `headers` on every source, where those hooks look for them.
 */
export function keepOpen(request: Request): void {
  stateOf(request).isOpen = true;
}

/** Remembers what the function gave, so that it is known again behind hooks that wrap it. */
export function noteValue(request: Request, value: unknown): void {
  const state = stateOf(request);
  state.isNoted = true;
  state.value = value;
}

/** What the function gave, in a box; `undefined` where only the chain of a plain `middy()` knows it. */
export function notedValue(request: Request): { readonly given: unknown } | undefined {
  const state = peek(request);
  return state?.isNoted ? { given: state.value } : undefined;
}

/**
 * Says that a hook of this invocation is still to {@link reply}.
 *
 * @param answer what serializes data, wherever it comes from
 */
export function willReply(request: Request, answer: Answer | undefined): void {
  const state = stateOf(request);
  state.willReply = true;
  state.answer = answer;
}

/** What is to serialize the data of this invocation, as {@link willReply} said. */
export function answerOf(request: Request): object | undefined {
  return peek(request)?.answer;
}

/** Whether a hook is still to reply, as {@link willReply} said. */
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
