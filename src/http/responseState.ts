import type { HookRequest } from "../core/middleware.ts";
import { mergeHeaders } from "./headers.ts";
import type { HttpResult } from "./types.ts";

/** What the middlewares of one invocation say to each other about its response. */
export interface ResponseState {
  headers: Record<string, string> | undefined;
  giver: unknown;
  final: unknown;
  isDue: boolean;
  serialize: SerializeHook | undefined;
  isOpen: boolean;
  raw: boolean;
  listeners: ResponseListener[] | undefined;
  isNoted: boolean;
  value: unknown;
}

/** Is given each final response; what it promises is awaited before the response leaves. */
export type ResponseListener = (result: HttpResult) => void | Promise<void>;

/** Makes a response of the data that stands in `request.response`. */
export type SerializeHook = (request: never) => unknown;

const key: unique symbol = /* @__PURE__ */ Symbol("tsverless.response");

/** What of a hook's request a response depends on. */
export type ResponseRequest = Pick<HookRequest<unknown, unknown>, "event" | "response" | "context">;

/** It stands on the request itself: `internal`, which has no prototype, takes several times as long to read. */
export const peek = (request: ResponseRequest): ResponseState | undefined =>
  (request as { [key]?: ResponseState })[key];

/** The state of an invocation, made when it is first written to. */
export function stateOf(request: ResponseRequest): ResponseState {
  const found = peek(request);
  if (found !== undefined) return found;
  const made: ResponseState = {
    headers: undefined,
    giver: undefined,
    final: undefined,
    isDue: false,
    serialize: undefined,
    isOpen: false,
    raw: false,
    listeners: undefined,
    isNoted: false,
    value: undefined,
  };
  (request as { [key]?: ResponseState })[key] = made;
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
  request: ResponseRequest,
  headers: Readonly<Record<string, string>>,
  giver?: object,
): void {
  const state = stateOf(request);
  state.headers = mergeHeaders(state.headers, headers);
  if (giver !== undefined) state.giver = giver;
}

/** Whether this giver was the last one that gave headers. */
export function gaveHeaders(request: ResponseRequest, giver: object): boolean {
  return peek(request)?.giver === giver;
}

/** The headers that were handed over so far; the object itself never changes. */
export function givenHeaders(request: ResponseRequest): Readonly<Record<string, string>> | undefined {
  return peek(request)?.headers;
}

/**
 * Gives a listener the final response of this invocation, each time that it is made: once as a rule, and again
 * when a layer outside adds headers to it, or when an error takes its place.
 *
 * @param request the state of the invocation
 * @param listener is given the response in the form of the event's source; it may not change it
 * @example
 * onResponse(request, async result => { await audit.write(result.statusCode); });
 */
export function onResponse(request: ResponseRequest, listener: ResponseListener): void {
  const state = stateOf(request);
  state.listeners = [...(state.listeners ?? []), listener];
}

/**
 * Says that hooks of other packages are to see the response, and `seal` is to come: until then its headers stand in
 * `headers` on every source, where those hooks look for them.
 */
export function keepOpen(request: ResponseRequest): void {
  stateOf(request).isOpen = true;
}

/** Remembers what the function gave, so that it is known again behind hooks that wrap it. */
export function noteValue(request: ResponseRequest, value: unknown): void {
  const state = stateOf(request);
  state.isNoted = true;
  state.value = value;
}

/** What the function gave, in a box; `undefined` where only the chain of a plain `middy()` knows it. */
export function notedValue(request: ResponseRequest): { readonly given: unknown } | undefined {
  const state = peek(request);
  return state?.isNoted ? { given: state.value } : undefined;
}

/**
 * Says that a hook of this invocation is still to write the response.
 *
 * @param serialize what serializes data, wherever it comes from
 */
export function expectResponse(request: ResponseRequest, serialize: SerializeHook | undefined): void {
  const state = stateOf(request);
  state.isDue = true;
  state.serialize = serialize;
}

/** What is to serialize the data of this invocation, as {@link expectResponse} said. */
export function serializeHookOf(request: ResponseRequest): object | undefined {
  return peek(request)?.serialize;
}

/** Whether a hook is still to write the response, as {@link expectResponse} said. */
export function isResponseDue(request: ResponseRequest): boolean {
  return peek(request)?.isDue === true;
}

/** Whether the response is the very one that `writeResponse` built. */
export function isFinal(request: ResponseRequest): boolean {
  const final = peek(request)?.final;
  return final !== undefined && final === request.response;
}

/** Says that the response is to be left alone, whatever it is. */
export function keepRaw(request: ResponseRequest): void {
  stateOf(request).raw = true;
}

/** Whether the response is to be left alone. */
export function isRaw(request: ResponseRequest): boolean {
  return peek(request)?.raw === true;
}
