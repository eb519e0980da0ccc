import httpCors from "@middy/http-cors";
import { defineMiddleware, type HookRequest, type Middleware, tidy } from "../src/core/middleware.ts";
import { checkOptions } from "../src/core/options.ts";
import { settings, settingsVersion } from "../src/core/settings.ts";
import { textList } from "../src/core/textList.ts";
import { mergeHeaders } from "../src/http/headers.ts";
import { readHeader, readMethod } from "../src/http/read.ts";
import { addHeaders, gaveHeaders, isFinal, isRaw, isResponseDue } from "../src/http/responseState.ts";
import { writeLeftResponse } from "../src/http/writeResponse.ts";

/** Options of {@link cors}: those of `@middy/http-cors`. */
export interface CorsOptions {
  /** The one origin that may read responses, or `*`. @default settings.corsOrigin */
  origin?: string;
  /** The origins that may; each may hold `*` for a part between dots. Takes the place of `origin`. */
  origins?: readonly string[];
  /** Says which origin may, given the one that asks; nothing is allowed when it returns `null` or `undefined`. */
  getOrigin?: (incomingOrigin: string, options: CorsOptions) => string | null | undefined;
  /** Whether cookies may be sent. The origins must have names then: `*` is a TypeError. */
  credentials?: boolean | string;
  /** The headers that a request may have. @default settings.corsHeaders */
  headers?: string;
  /** The methods that a request may have. @default "*" */
  methods?: string;
  /** The headers of a response that the browser's scripts may read. */
  exposeHeaders?: string;
  /** The seconds for which a browser may remember the response to a preflight request. */
  maxAge?: number | string;
  /** Refuses preflight requests that ask for other headers. */
  requestHeaders?: readonly string[];
  /** Refuses preflight requests that ask for other methods. */
  requestMethods?: readonly string[];
  /** `Cache-Control` of responses to `OPTIONS`. */
  cacheControl?: string;
  /** `Vary` of every response. */
  vary?: string;
  /** Leaves preflight requests to your function. @default false */
  disableBeforePreflightResponse?: boolean;
}

type Headers = Readonly<Record<string, string>>;

/** What the official middleware is given in place of the real event, which it would not always understand. */
interface Surrogate {
  event: { version: "1.0"; httpMethod: string; headers: Record<string, string | undefined> };
  response: { statusCode: number; headers: Headers };
}

/** The official middleware with the settings of its time. */
interface Derived {
  version: number;
  headersFor: (event: unknown) => Headers;
  preflight: (event: unknown) => Headers;
}

function surrogateOf(event: unknown): Surrogate {
  return {
    event: {
      version: "1.0",
      httpMethod: readMethod(event),
      headers: {
        Origin: readHeader(event, "origin"),
        "Access-Control-Request-Method": readHeader(event, "access-control-request-method"),
        "Access-Control-Request-Headers": readHeader(event, "access-control-request-headers"),
      },
    },
    response: { statusCode: 204, headers: {} },
  };
}

/** Where an origin is chosen by the request, caches must keep the responses apart (Fetch standard, section 3.2.5). */
function varying(headers: Headers, chosen: boolean): Headers {
  return chosen ? mergeHeaders(headers, { Vary: "Origin" }) : headers;
}

/** With credentials `*` is not a wildcard (Fetch standard, section 3.2.5): what is asked for is granted by its name. */
function nameWildcards(headers: Headers, asked: Surrogate["event"]["headers"]): Headers {
  if (headers["Access-Control-Allow-Credentials"] !== "true") return headers;
  let named = headers;
  for (const [name, of] of [
    ["Access-Control-Allow-Methods", "Access-Control-Request-Method"],
    ["Access-Control-Allow-Headers", "Access-Control-Request-Headers"],
  ] as const) {
    const value = asked[of];
    if (headers[name] !== "*" || value === undefined) continue;
    named = mergeHeaders(named, { [name]: value, Vary: of });
  }
  return named;
}

function derive(options: CorsOptions): Derived {
  const listed = textList(settings.corsOrigin);
  const origins = options.origins ?? (options.origin === undefined && listed.length > 1 ? listed : []);
  // With a list, `@middy/http-cors` takes `origin` as one more of its entries: the default must not open it.
  const origin = options.origin ?? (origins.length > 0 ? undefined : settings.corsOrigin);
  checkCredentials(options, [origin, ...origins]);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const official = httpCors({
    headers: settings.corsHeaders,
    methods: "*",
    ...given,
    ...(origin !== undefined && { origin }),
    origins: [...origins],
    disableBeforePreflightResponse: false,
  }) as unknown as { before(request: Surrogate): unknown; after(request: Surrogate): unknown };

  const chosen = options.getOrigin !== undefined;
  const fixed = !chosen && origins.length === 0 && !options.credentials && options.cacheControl === undefined;

  function compute(event: unknown): Headers {
    const request = surrogateOf(event);
    official.after(request);
    return varying(request.response.headers, chosen);
  }
  const always = fixed ? Object.freeze(compute(undefined)) : undefined;
  return {
    version: settingsVersion(),
    headersFor: always === undefined ? compute : () => always,
    preflight(event) {
      const request = surrogateOf(event);
      official.before(request);
      return nameWildcards(varying(request.response.headers, chosen), request.event.headers);
    },
  };
}

/** With credentials every origin must have a name, or each page could read what its visitor may (Fetch standard, section 3.3.5). */
function checkCredentials(
  { credentials, getOrigin }: CorsOptions,
  allowed: readonly (string | undefined)[],
): void {
  const isSent = credentials !== undefined && credentials !== false && credentials !== "false";
  if (isSent && getOrigin === undefined && allowed.includes("*")) {
    throw new TypeError('cors: option "credentials" can\'t stand beside the origin "*": name the origins');
  }
}

function check(options: CorsOptions): void {
  checkOptions("cors", options, {
    origin: "string",
    origins: "names",
    getOrigin: "function",
    credentials: ["boolean", "string"],
    headers: "string",
    methods: "string",
    exposeHeaders: "string",
    maxAge: ["count", "string"],
    requestHeaders: "names",
    requestMethods: "names",
    cacheControl: "string",
    vary: "string",
    disableBeforePreflightResponse: "boolean",
  });
  checkCredentials(options, [options.origin, ...(options.origins ?? [])]);
}

/**
 * Sends CORS headers with every response, errors and early responses included, and answers preflight requests before any
 * other work. `@middy/http-cors` decides what the headers say; origin and headers default to the settings
 * (`corsOrigin` may list several, joined by commas). A header that the response brings itself stays as it is.
 *
 * @param options what is allowed; none is needed
 * @returns a middleware that works on every event source and at any place of a chain
 * @throws TypeError when an option is unknown or of the wrong type
 * @example
 * middy(fn).use([cors({ origins: ["https://*.example.com"], credentials: true }), errors(), serialize()]);
 */
export function cors(options: CorsOptions = {}): Middleware {
  check(options);
  const giver = {};
  let derived: Derived | undefined;

  function current(): Derived {
    if (derived?.version !== settingsVersion()) derived = derive(options);
    return derived;
  }

  /** Hands the headers over, once; true when it did so now. */
  function stash(request: HookRequest): boolean {
    if (gaveHeaders(request, giver)) return false;
    addHeaders(request, current().headersFor(request.event), giver);
    return true;
  }

  /** The response is there: it takes the headers unless it has them from {@link stash}. */
  function complete(request: HookRequest, fresh: boolean): void | Promise<void> {
    if (fresh || !isFinal(request)) return writeLeftResponse(request, request.response);
  }

  return tidy(
    defineMiddleware({
      name: "cors",
      preflights: options.disableBeforePreflightResponse !== true,
      before: function corsBefore(request: HookRequest): unknown {
        const { event } = request;
        const preflight =
          readMethod(event) === "OPTIONS" &&
          readHeader(event, "access-control-request-method") !== undefined &&
          options.disableBeforePreflightResponse !== true;
        if (!preflight) {
          stash(request);
          return undefined;
        }
        writeLeftResponse(request, { statusCode: 204, headers: current().preflight(event) });
        return request.response;
      },
      after: function corsAfter(request: HookRequest): void | Promise<void> {
        if (isRaw(request)) return;
        const fresh = stash(request);
        if (!isResponseDue(request)) return complete(request, fresh);
      },
      onError: function corsOnError(request: HookRequest): void | Promise<void> {
        if (isRaw(request)) return;
        let fresh = false;
        try {
          fresh = stash(request);
        } catch {
          // `getOrigin` threw: that error is the one that goes out, and nobody is allowed to read the response.
        }
        if (request.response !== undefined) return complete(request, fresh);
      },
    }),
  );
}
