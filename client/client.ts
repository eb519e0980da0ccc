import type { Endpoints } from "../src/core/endpoint.ts";
import type { MaybePromise } from "../src/core/types.ts";
import { contentOf, fillPath, type Outgoing, urlOf } from "./request.ts";
import { type ApiError, ClientError, lost, type Readers, type Result, resultOf } from "./result.ts";
import { eventItems, ndjsonItems } from "./streams.ts";
import type { CallOptions, Client } from "./types.ts";

/** Options of {@link client}. */
export interface ClientOptions {
  /** Sent as `Authorization: Bearer …`: a token, or what gives the present one before each request. */
  token?: string | (() => MaybePromise<string | undefined>);
  /** Sent with every request. */
  headers?: Readonly<Record<string, string>>;
  /** What sends. @default the global `fetch` */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

interface GivenCall extends CallOptions {
  params?: Record<string, unknown>;
  body?: unknown;
  query?: object;
  method?: string;
  as?: "ndjson" | "csv";
}

type Send = (outgoing: Outgoing, options?: CallOptions) => Promise<Result<unknown>>;

/** What is read while it comes. */
const readers: Readers = { "application/x-ndjson": ndjsonItems, "text/event-stream": eventItems };

const mergePatch = "application/merge-patch+json";

/** The address of the page that follows: of an envelope, or of the `Link` header (RFC 8288). */
function nextOf(data: unknown, headers: Headers): string | undefined {
  const link = (data as { next?: unknown } | null)?.next;
  if (typeof link === "string") return link;
  return /<([^<>]*)>\s*;\s*rel="?next"?/.exec(headers.get("link") ?? "")?.[1];
}

function itemsOf(data: unknown): readonly unknown[] {
  const items = Array.isArray(data) ? data : (data as { items?: unknown } | null)?.items;
  return Array.isArray(items) ? items : [];
}

/** Where a page leads to, as a query for the same path: nobody can lead a client with its token elsewhere. */
const queryOf = (next: string): object => {
  const query: Record<string, string[]> = Object.create(null);
  const mark = next.indexOf("?");
  for (const [name, value] of new URLSearchParams(mark < 0 ? "" : next.slice(mark))) {
    query[name] = [...(query[name] ?? []), value];
  }
  return query;
};

async function* eachOf(send: Send, path: string, query: object | undefined, options?: CallOptions) {
  let asked = query;
  for (;;) {
    const result = await send({ method: "GET", path, query: asked }, options);
    if (!result.ok) throw new ClientError(result);
    yield* itemsOf(result.data);
    const next = nextOf(result.data, result.headers);
    if (next === undefined) return;
    asked = queryOf(next);
  }
}

const ndjson = "application/x-ndjson";
const csv = "text/csv";

async function* rowsOf(send: Send, path: string, query: object | undefined, options?: CallOptions) {
  const result = await send({ method: "GET", path, query }, accepting(ndjson, options));
  if (!result.ok) throw new ClientError(result);
  const { data, status, headers } = result;
  if (!isIterable(data)) {
    throw new ClientError({ ok: false, status, error: noFormat("NDJSON"), headers });
  }
  yield* data;
}

/** A list as text, if that is what comes. */
async function csvOf(send: Send, outgoing: Outgoing, options?: CallOptions): Promise<Result<unknown>> {
  const result = await send(outgoing, accepting(csv, options));
  if (!result.ok) return result;
  const { data = "", status, headers } = result;
  if (typeof data === "string" && headers.get("content-type")?.startsWith(csv) === true) {
    return { ok: true, status, data, headers };
  }
  return { ok: false, status, error: noFormat("CSV"), headers };
}

const noFormat = (name: string): ApiError => ({ code: "format", message: `The API has no ${name} here` });

const isIterable = (data: unknown): data is AsyncIterable<unknown> =>
  typeof (data as Partial<AsyncIterable<unknown>> | undefined)?.[Symbol.asyncIterator] === "function";

/** Over the headers of the call: it is what makes the response one that can be iterated. */
const accepting = (accept: string, options: CallOptions | undefined): CallOptions => ({
  ...options,
  headers: { ...options?.headers, accept },
});

function resourceClient(key: string, send: Send): object {
  const at = (options: GivenCall | undefined, id?: unknown): string =>
    fillPath(id === undefined ? `/${key}` : `/${key}/{id}`, { ...options?.params, id });
  return {
    create: async (body: unknown, options?: GivenCall) =>
      send({ method: "POST", path: at(options), body, query: options?.query }, options),
    bulkCreate: async (body: unknown, options?: GivenCall) =>
      send({ method: "POST", path: `${at(options)}/bulk`, body }, options),
    bulkUpdate: async (body: unknown, options?: GivenCall) =>
      send({ method: "PATCH", path: `${at(options)}/bulk`, body }, options),
    bulkDelete: async (ids: readonly unknown[], options?: GivenCall) =>
      send({ method: "DELETE", path: `${at(options)}/bulk`, body: { ids: ids.map(String) } }, options),
    list: async (query?: object, options?: GivenCall) =>
      send({ method: "GET", path: at(options), query }, options),
    each: (query?: object, options?: GivenCall) => eachOf(send, at(options), query, options),
    stream: (query?: object, options?: GivenCall) => rowsOf(send, at(options), query, options),
    csv: async (query?: object, options?: GivenCall) =>
      csvOf(send, { method: "GET", path: at(options), query }, options),
    retrieve: async (id: unknown, options?: GivenCall) =>
      send({ method: "GET", path: at(options, id ?? ""), query: options?.query }, options),
    update: async (id: unknown, body: unknown, options?: GivenCall) =>
      send(
        { method: "PATCH", path: at(options, id ?? ""), body, type: mergePatch, query: options?.query },
        options,
      ),
    replace: async (id: unknown, body: unknown, options?: GivenCall) =>
      send({ method: "PUT", path: at(options, id ?? ""), body, query: options?.query }, options),
    delete: async (id: unknown, options?: GivenCall) =>
      send({ method: "DELETE", path: at(options, id ?? "") }, options),
    restore: async (id: unknown, options?: GivenCall) =>
      send({ method: "POST", path: `${at(options, id ?? "")}/restore` }, options),
  };
}

function singleClient(key: string, send: Send): object {
  const [method = "", path = ""] = key.split(" ", 2);
  return async function call({ params, body, query, method: chosen, as, ...options }: GivenCall = {}) {
    const outgoing = { method: chosen ?? method, path: fillPath(path, params), body, query };
    if (as === "csv") return csvOf(send, outgoing, options);
    return send(outgoing, as === undefined ? options : accepting(ndjson, options));
  };
}

/**
 * A client of an API, typed by the API itself: nothing is generated, and nothing of the server is loaded.
 *
 * @param baseUrl where the API is, with its stage, base path and `prefix`: `https://example.com/v1`
 * @param options the token, headers, another `fetch`
 * @returns the API's calls: `client.users.create(body)` of a resource, `client["POST /login"]({ body })` of a single
 * handler. They give a result and reject only for a mistake in the call; what the API refuses, or that there was no
 * response, is `{ ok: false, status, error }`
 * @throws TypeError when the address is none
 * @example
 * import type { blog } from "../server/api.ts";
 * const api = client<typeof blog>("https://example.com/v1", { token: () => session.token });
 * const result = await api.posts.create({ title: "Hello" });
 * if (result.ok) console.log(result.data.id);
 * else console.log(result.error.message);
 */
export function client<Api extends Endpoints<unknown>>(
  baseUrl: string,
  options: ClientOptions = {},
): Client<Api> {
  if (!/^(https?:\/\/|\/)/.test(baseUrl)) {
    throw new TypeError('client: baseUrl must be like "https://example.com/v1", or "/v1" in a browser');
  }
  const { token, headers } = options;
  const fetchIt = options.fetch ?? ((url, init) => fetch(url, init));

  async function headersOf(own: CallOptions["headers"]): Promise<Headers> {
    const all = new Headers(headers);
    const present = typeof token === "function" ? await token() : token;
    if (present !== undefined) all.set("authorization", `Bearer ${present}`);
    for (const [name, value] of Object.entries(own ?? {})) all.set(name, value);
    return all;
  }

  async function send(
    outgoing: Outgoing,
    { headers: own, signal }: CallOptions = {},
  ): Promise<Result<unknown>> {
    const content = contentOf(outgoing);
    const all = await headersOf({ ...content.headers, ...own });
    try {
      const init: RequestInit = { method: outgoing.method, headers: all };
      if (content.body !== undefined) init.body = content.body;
      if (signal !== undefined) init.signal = signal;
      return await resultOf(await fetchIt(urlOf(baseUrl, outgoing), init), readers);
    } catch (cause) {
      return lost(cause);
    }
  }

  const made = new Map<string, object>();
  return new Proxy({} as Client<Api>, {
    get(_target, key) {
      // `await client(…)` reads `then`: answering undefined keeps the client from passing for a promise.
      if (typeof key !== "string" || key === "then") return undefined;
      const known =
        made.get(key) ?? (key.includes(" ") ? singleClient(key, send) : resourceClient(key, send));
      made.set(key, known);
      return known;
    },
  });
}
