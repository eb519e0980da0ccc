import { cors } from "../middlewares/cors.ts";
import { errors } from "../middlewares/errors.ts";
import { operation } from "../middlewares/operation.ts";
import { serialize } from "../middlewares/serialize.ts";
import type { AnyMiddleware } from "../src/core/middleware.ts";
import { checkOptions } from "../src/core/options.ts";
import { isPlainPath } from "../src/http/basePath.ts";
import { etagOf, matchesWeakly } from "../src/http/etag.ts";
import { readPath } from "../src/http/path.ts";
import { readHeader } from "../src/http/read.ts";
import type { HttpResult } from "../src/http/types.ts";
import { assemble, type LambdaHandler } from "../src/pipeline/pipeline.ts";
import type { DocsHandlers, DocsOptions as PageOptions } from "./docs/docsHandlers.ts";
import { docsMiddleware } from "./docsMiddleware.ts";
import type {
  ApiGatewayDocument,
  ApiGatewayOptions,
  DocumentedApi,
  OpenApiDocument,
  OpenApiOptions,
} from "./openapi/index.ts";

/** What an API serves of its own documentation. */
export interface DocsOptions {
  /** Where the OpenAPI document is, behind the prefix. @default "/openapi.json" */
  openapi?: string;
  /** Where the page is that shows it, behind the prefix; `false` for none. @default "/docs" */
  page?: string | false;
  /**
   * Middlewares that each request for the document and the page passes first: `[authUser({ cookie: "session" }), permit(isStaff)]`. A
   * browser opens a page with cookies alone. @default none: everybody sees them
   */
  use?: readonly AnyMiddleware[];
}

/** Makes the document of an API. */
export interface MakeDocument {
  (options?: OpenApiOptions & { apiGateway?: undefined }): Promise<OpenApiDocument>;
  /** The definition that API Gateway imports. */
  (options: OpenApiOptions & { apiGateway: ApiGatewayOptions }): Promise<ApiGatewayDocument>;
}

/**
 * Loads what makes documents when the first one is asked for: it is not part of a cold start.
 *
 * @param api gives the routes
 * @param shared the option of the API
 */
export function documentOf(api: () => DocumentedApi, shared: OpenApiOptions | undefined): MakeDocument {
  return async function makeDocument(options: object = {}) {
    const { openapi } = await import("./openapi/document.ts");
    return openapi(api(), { ...shared, ...options }) as never;
  };
}

function pathOption(name: string, path: string, example: string): string {
  if (isPlainPath(path)) return path;
  throw new TypeError(`api: option "docs.${name}" must be a path like "${example}"`);
}

/** Responds with the document, whose servers are where the request found it, and with its tag. */
function serveDocument(
  make: MakeDocument,
  path: string,
  basePath: string,
  use: readonly AnyMiddleware[],
): LambdaHandler {
  let last: { base: string; body: string; etag: string } | undefined;

  async function documentFor(event: unknown): Promise<NonNullable<typeof last>> {
    const asked = readPath(event).replace(/\/$/, "");
    const found = asked.endsWith(path) ? asked.slice(0, -path.length) : "";
    const base = found === "" ? basePath : found;
    if (last?.base === base) return last;
    const { servers, ...rest } = await make();
    const here = servers.map(server =>
      server.url === (basePath || "/") ? { ...server, url: base || "/" } : server,
    );
    const body = JSON.stringify({ ...rest, servers: here });
    last = { base, body, etag: etagOf(body) };
    return last;
  }

  async function serveOpenApi(event: unknown): Promise<object> {
    const { body, etag } = await documentFor(event);
    const known = readHeader(event, "if-none-match");
    if (known !== undefined && matchesWeakly(known, etag))
      return { statusCode: 304, headers: { ETag: etag } };
    return { statusCode: 200, headers: { "Content-Type": "application/json", ETag: etag }, body };
  }
  const chain = [errors(), cors(), operation({ hidden: true }), ...use, serialize()];
  return assemble<HttpResult>(chain, serveOpenApi);
}

/** Nothing to do: Middy wants a hook. */
function docsOnError(): void {}

/** The page and its assets, loaded when the first is asked for. */
function pageRoutes(options: PageOptions, use: readonly AnyMiddleware[]): Record<string, LambdaHandler> {
  let made: Promise<DocsHandlers> | undefined;
  const load = async (): Promise<DocsHandlers> => {
    const { docsHandlers } = await import("./docs/docsHandlers.ts");
    return docsHandlers(options);
  };
  function serve(part: keyof DocsHandlers): LambdaHandler {
    async function serveDocs(event: unknown, context: object): Promise<HttpResult> {
      made ??= load();
      return (await made)[part](event, context);
    }
    return assemble<HttpResult>([errors(), docsMiddleware(docsOnError), ...use], serveDocs);
  }
  return { [`GET ${options.path}`]: serve("page"), [`GET ${options.path}/{asset}`]: serve("asset") };
}

/**
 * The routes by which an API serves its own documentation, by their keys; none unless it is asked to.
 *
 * @param docs the option
 * @param make makes the document
 * @param place the prefix of all routes, and the base path
 * @param title the page's
 * @throws TypeError naming a wrong option
 */
export function docsRoutes(
  docs: boolean | DocsOptions | undefined,
  make: MakeDocument,
  { prefix, basePath }: { prefix: string; basePath: string },
  title: string | undefined,
): Record<string, LambdaHandler> {
  if (typeof docs === "object") {
    checkOptions("api", docs, { openapi: "string", page: ["string", "false"], use: "array" });
  }
  if (docs === undefined || docs === false) return {};
  const { openapi = "/openapi.json", page = "/docs", use = [] } = docs === true ? {} : docs;
  const path = pathOption("openapi", openapi, "/openapi.json");
  return {
    [`GET ${path}`]: serveDocument(make, `${prefix}${path}`, basePath, use),
    ...(page !== false &&
      pageRoutes({ openapi, path: pathOption("page", page as string, "/docs"), title }, use)),
  };
}
