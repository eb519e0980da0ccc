import { mapMaybePromise } from "../core/maybePromise.ts";
import { coverHeaders, type HeaderBag, headersOfReady } from "./headers.ts";
import { dataLeft, type Ready } from "./ready.ts";
import {
  noteValue,
  peek,
  type ResponseListener,
  type ResponseRequest,
  type ResponseState,
  stateOf,
} from "./responseState.ts";
import { type OwnResultOptions, type ResultOptions, toDataResult, toResult } from "./result.ts";
import { openForm } from "./resultFormats.ts";
import type { HttpResult } from "./types.ts";

async function notify(listeners: readonly ResponseListener[], result: HttpResult): Promise<void> {
  for (const listener of listeners) await listener(result);
}

/** What is there is final, in the form in which hooks may read it. */
function settle(request: ResponseRequest, state: ResponseState, result: unknown): void {
  const response = state.isOpen ? openForm(result) : result;
  request.response = response;
  state.final = response;
}

function finish(request: ResponseRequest, result: HttpResult): void | Promise<void> {
  const state = stateOf(request);
  settle(request, state, result);
  state.isDue = false;
  if (state.listeners !== undefined) return notify(state.listeners, result);
}

type Write = typeof toDataResult;

function write(
  to: Write,
  request: ResponseRequest,
  value: unknown,
  options: OwnResultOptions | undefined,
): void | Promise<void> {
  const state = peek(request);
  // Who listens is given the whole response.
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
 * @returns a promise for a web `Response`, for a body that is a stream, or when somebody listens ({@link onResponse}); else nothing
 * @throws ServerError when the value cannot be written
 * @example
 * writeResponse(request, { code: 404, message: "Resource Not Found" }, { status: 404 });
 */
export function writeResponse(
  request: ResponseRequest,
  value: unknown,
  options?: OwnResultOptions,
): void | Promise<void> {
  return write(toDataResult, request, value, options);
}

/**
 * Builds the final response from what is a response by its place, so that Lambda's plain form `{ statusCode, … }` counts: an
 * early response, what a function gives where no serializer stands. One that is final already may be given again: it takes the
 * headers that were added since.
 *
 * @param request the state of the invocation; its `response` is set
 * @param response what {@link toResult} takes
 * @returns a promise where {@link writeResponse} gives one
 * @throws ServerError when the response cannot be written
 */
export function writeResponseAsIs(
  request: ResponseRequest,
  response: unknown,
  options?: ResultOptions,
): void | Promise<void> {
  return write(toResult, request, response, options);
}

/**
 * The same for what hooks left, which may be data: where the chain has a serializer, that serializes it first, be it in place of
 * the response or the body of one; its headers, cookies and status stay.
 */
export function writeLeftResponse(request: ResponseRequest, response: unknown): void | Promise<void> {
  const serialize = peek(request)?.serialize;
  const left = serialize === undefined ? undefined : dataLeft(response);
  if (serialize === undefined || left === undefined) return writeResponseAsIs(request, response);
  const { data, around } = left;
  request.response = data;
  noteValue(request, data);
  const written = mapMaybePromise(serialize(request as never), () => standAround(request, around));
  return written instanceof Promise ? written : undefined;
}

/** What hooks said of a response beside its body goes over what the serializer said. */
function standAround(request: ResponseRequest, around: Ready | undefined): void | Promise<void> {
  if (around === undefined) return undefined;
  const said = headersOfReady(around);
  for (const name of ["content-type", "content-length"]) said.delete(name);
  const made = request.response as Ready;
  const own = headersOfReady(made);
  coverHeaders(own, said);
  const { statusCode, body, isBase64Encoded } = made;
  return writeResponseAsIs(request, {
    statusCode: Number(around.statusCode) === 200 ? statusCode : around.statusCode,
    headers: pairsOf(own),
    body,
    isBase64Encoded,
  });
}

const pairsOf = (bag: HeaderBag): unknown[] => [...bag.values()].map(({ name, values }) => [name, values]);

/**
 * Serializes the data that a hook made of an error, such as an older state of the object. What is a response already, and
 * what is data in a chain without a serializer, stays.
 */
export function serializeLeft(request: ResponseRequest): void | Promise<void> {
  const state = peek(request);
  if (state?.serialize === undefined || state.raw || dataLeft(request.response) === undefined)
    return undefined;
  return writeLeftResponse(request, request.response);
}

/**
 * Puts a finished response that hooks of other packages changed into the form of the source once more. Nobody who listens is
 * given it: what they did is for this client alone, such as a compressed body.
 */
export function seal(request: ResponseRequest): void | Promise<void> {
  const pending = serializeLeft(request);
  return pending === undefined ? close(request) : pending.then(() => close(request));
}

function close(request: ResponseRequest): void | Promise<void> {
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
export function adopt(request: ResponseRequest): void {
  const state = stateOf(request);
  settle(request, state, request.response);
  state.isDue = false;
}
