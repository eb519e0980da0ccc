import { randomUUID } from "node:crypto";
import type { Context } from "aws-lambda";
import { BadRequest, Conflict, HttpError } from "../src/core/errors.ts";
import { loggable } from "../src/core/loggable.ts";
import { defineMiddleware, type HookRequest, type Middleware, tidy } from "../src/core/middleware.ts";
import { checkOptions } from "../src/core/options.ts";
import { readHeader, readMethod } from "../src/http/read.ts";
import { givenHeaders, isRaw, isResponseDue, onResponse } from "../src/http/responseState.ts";
import { isToken } from "../src/http/token.ts";
import type { HttpEvent, HttpResult } from "../src/http/types.ts";
import { writeLeftResponse } from "../src/http/writeResponse.ts";
import { fingerprintOf, idOfKey, readKey } from "../src/idempotency/request.ts";
import { readStoredResponse, writeStoredResponse } from "../src/idempotency/storedResponse.ts";
import type { Claim, IdempotencyStore } from "../src/idempotency/types.ts";
import { scopePaths } from "../src/models/query/scope.ts";

/** Options of {@link idempotent}. */
export interface IdempotentOptions<Ctx extends object = object> {
  /** Where responses are kept: `memoryStore()`, `sqlStore({ db })`, `dynamoStore({ client, table })`, or your own. */
  store: IdempotencyStore;
  /** For how many seconds a response is given again. @default 86400, a day */
  ttl?: number;
  /** The header that holds the key. @default "Idempotency-Key" */
  header?: string;
  /** Refuses requests without a key. @default false */
  required?: boolean;
  /**
   * For how many seconds a request counts as in flight that neither responds nor fails. @default the time that Lambda
   * leaves the function, and a second more; 60 where that is not known
   */
  lease?: number;
  /** Keeps the keys of one part of an application, or of one tenant, apart from those of others. @default "" */
  scope?: string | ((event: HttpEvent, context: Ctx & Context) => string | Promise<string>);
  /**
   * Whether callers without any credential share their keys, so that whoever sends the key of another gets his response: for keys
   * that nobody guesses, and responses that anybody may see. Otherwise their keys do nothing.
   * @default true where `scope` is a function, which may tell them apart; else false
   */
  anonymous?: boolean;
}

/** A request whose claim was accepted. */
interface Run {
  readonly claim: Claim;
  /** The headers that the layers outside had handed over before. */
  readonly given: Readonly<Record<string, string>> | undefined;
  isOver: boolean;
  kept: string | undefined;
}

/** Methods that change nothing (RFC 9110 section 9.2.1). */
const safe: ReadonlySet<string> = /* @__PURE__ */ new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);
const replayed = { "Idempotent-Replayed": "true" };
/** As many milliseconds a claim outlives its function, whose clock may differ from that of the next. */
const margin = 1000;
const longestRun = 900_000;
const usualLease = 60_000;

function check(options: unknown): void {
  checkOptions("idempotent", options ?? null, {
    store: "object",
    ttl: "count",
    header: "string",
    required: "boolean",
    lease: "count",
    scope: ["string", "function"],
    anonymous: "boolean",
  });
  const { store, ttl, lease, header } = options as Partial<IdempotentOptions>;
  for (const name of ["claim", "complete", "release"] as const) {
    if (typeof store?.[name] !== "function") {
      throw new TypeError(`idempotent: option "store" must be a store with claim, complete and release`);
    }
  }
  if (ttl === 0) throw new TypeError('idempotent: option "ttl" must be at least 1');
  if (lease === 0) throw new TypeError('idempotent: option "lease" must be at least 1');
  if (header !== undefined && !isToken(header)) {
    throw new TypeError('idempotent: option "header" must be the name of a header');
  }
}

/** The milliseconds that Lambda leaves the function, and a margin. */
function remainingLease(context: { getRemainingTimeInMillis?: unknown } | null | undefined): number {
  if (typeof context?.getRemainingTimeInMillis !== "function") return usualLease;
  const left: unknown = context.getRemainingTimeInMillis();
  if (typeof left !== "number" || !(left >= 0)) return usualLease;
  return Math.min(Math.ceil(left), longestRun) + margin;
}

/**
 * Lets clients repeat a request without repeating what it does: the same key and the same request get the first response
 * again, with `Idempotent-Replayed: true`.
 *
 * What the function gives is kept: every status below 500, whether it returned it or a middleware behind this one
 * responded early. What is thrown (whatever its status), and every response of 500 and more, is not: the key is free again, and
 * the next try runs. So it is after a crash, when the claim has run out. Requests that only read pass, and so do those
 * without a key unless it is `required`.
 *
 * Put it behind whatever decides who may call (`authUser`, `permit`) and next to the function: there a key belongs to its
 * caller, and a response is never given to another. The caller is `context.user.id`, else the subject of `context.claims`, each
 * with its issuer and tenant; where nobody is signed in it is the `Authorization` header, the cookies and the API key. The keys of
 * callers without any of them do nothing, unless `anonymous` or a function as `scope` says that they may share them.
 *
 * @param options where responses are kept, for how long, and whose keys are kept apart
 * @returns a middleware for pipelines, for `use` of the generics and for Middy
 * @throws TypeError naming an unknown or wrong option
 * @throws BadRequest 400 when the key is malformed, or missing and required
 * @throws Conflict 409 with `Retry-After` while the first request is in flight
 * @throws HttpError 422 when the key was used for another request; 503 when the store fails before any work was done
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 * @example
 * createHandler(Orders, { auth: { model: Users }, required: ["item"], use: [idempotent({ store: sqlStore({ db }) })] });
 */
export function idempotent<Ctx extends object = object>(
  options: IdempotentOptions<Ctx>,
): Middleware<{ context: Ctx }> {
  check(options);
  const { store, ttl = 86_400, header = "Idempotency-Key", required = false, lease, scope = "" } = options;
  const { anonymous = typeof scope === "function" } = options;
  const field = header.toLowerCase();
  const runs = new WeakMap<object, Run>();

  async function scopeOf({ event, context }: HookRequest): Promise<string> {
    if (typeof scope === "string") return scope;
    const found: unknown = await scope(event as HttpEvent, context as Ctx & Context);
    if (typeof found !== "string") throw new TypeError("idempotent: scope must return a string");
    return found;
  }

  async function claimOf(request: HookRequest, key: string): Promise<Claim | undefined> {
    const { event, context } = request;
    const id = idOfKey(key, await scopeOf(request), request, anonymous);
    if (id === undefined) return undefined;
    const now = Date.now();
    const expires = now + (lease === undefined ? remainingLease(context) : lease * 1000);
    return { id, fingerprint: fingerprintOf(event), owner: randomUUID(), now, expires };
  }

  /** Nothing was done yet: the client is asked to come again. */
  async function attempt<T>(ask: () => T | Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (cause) {
      const options = { headers: { "Retry-After": "1" }, expose: true, cause };
      throw new HttpError(503, "Service Unavailable", options);
    }
  }

  /** The work is done, and its response stands: a store that fails now costs the client nothing but the replay. */
  async function settle(what: string, ask: () => Promise<void>): Promise<void> {
    try {
      await ask();
    } catch (error) {
      console.error(`idempotent: the ${what}`, loggable(error));
    }
  }

  async function release(run: Run): Promise<void> {
    if (run.isOver) return;
    run.isOver = true;
    await settle("claim was not released", () => store.release(run.claim));
  }

  /** A layer outside may make the response again, with more headers: the last one counts. */
  async function keep(run: Run, result: HttpResult): Promise<void> {
    const response = writeStoredResponse(result, run.given);
    if (run.kept === response || (run.isOver && run.kept === undefined)) return;
    run.isOver = true;
    run.kept = response;
    const expires = Date.now() + ttl * 1000;
    await settle("response was not stored", () => store.complete(run.claim, response, expires));
  }

  async function begin(request: HookRequest, key: string): Promise<unknown> {
    const claim = await claimOf(request, key);
    if (claim === undefined) return undefined;
    const found = await attempt(() => store.claim(claim));
    if (found === undefined) {
      const run: Run = { claim, given: givenHeaders(request), isOver: false, kept: undefined };
      runs.set(request, run);
      onResponse(request, function keepOrRelease(result) {
        const hasFailed = Boolean(request.error) || result.statusCode >= 500;
        return hasFailed ? release(run) : keep(run, result);
      });
      return undefined;
    }
    if (found.fingerprint !== claim.fingerprint) {
      throw new HttpError(422, `${header} was used for another request`);
    }
    const { response } = found;
    if (response === undefined) {
      throw new Conflict(`A request with this ${header} is in progress`, { headers: { "Retry-After": "1" } });
    }
    await writeLeftResponse(request, await attempt(() => readStoredResponse(response, replayed)));
    return request.response;
  }

  function idempotentBefore(request: HookRequest): Promise<unknown> | undefined {
    const { event } = request;
    if (safe.has(readMethod(event))) return undefined;
    const sent = readHeader(event, field);
    if (sent !== undefined) return begin(request, readKey(sent, header));
    if (required) throw new BadRequest(`${header} is required`);
    return undefined;
  }

  /** Where nothing outside writes the response, this does: the listener is given what goes out, with all that hooks inside changed. */
  function idempotentAfter(request: HookRequest): void | Promise<void> {
    if (!runs.has(request) || isRaw(request) || isResponseDue(request)) return undefined;
    return writeLeftResponse(request, request.response);
  }

  function idempotentOnError(request: HookRequest): Promise<void> | undefined {
    const run = runs.get(request);
    return run && release(run);
  }

  return tidy(
    defineMiddleware<{ context: Ctx }>({
      name: "idempotent",
      needs: scopePaths(scope),
      openapi: () => ({
        methods: ["POST", "PUT", "PATCH", "DELETE"],
        parameters: [
          {
            in: "header",
            name: header,
            required,
            description: "The same key with the same request gets the first response again.",
          },
        ],
        headers: { "Idempotent-Replayed": "true on a response that was given before" },
        errors: [400, 409, 422, 503],
      }),
      before: idempotentBefore as never,
      after: idempotentAfter as never,
      onError: idempotentOnError as never,
    }),
  );
}
