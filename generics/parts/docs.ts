import { cors } from "../../middlewares/cors.ts";
import { errors } from "../../middlewares/errors.ts";
import { operation } from "../../middlewares/operation.ts";
import { serialize } from "../../middlewares/serialize.ts";
import { etagOf, matchesWeakly } from "../../src/http/etag.ts";
import { readPath } from "../../src/http/path.ts";
import { readHeader } from "../../src/http/read.ts";
import type { HttpResult } from "../../src/http/types.ts";
import type {
  ApiGatewayDocument,
  ApiGatewayOptions,
  DocumentedApi,
  OpenApiDocument,
  OpenApiOptions,
} from "../../src/openapi/index.ts";
import { checkOptions } from "../../src/options.ts";
import { assemble, type LambdaHandler } from "../../src/pipeline/pipeline.ts";

/** What an API serves of its own documentation. */
export interface DocsOptions {
  /** Where the OpenAPI document is, behind the prefix. @default "/openapi.json" */
  openapi?: string;
}

/** Makes the document of an API. */
export interface MakeDocument {
  (options?: OpenApiOptions & { apiGateway?: undefined }): Promise<OpenApiDocument>;
  /** The definition that API Gateway imports. */
  (options: OpenApiOptions & { apiGateway: ApiGatewayOptions }): Promise<ApiGatewayDocument>;
}

/** Loads what makes documents when the first one is asked for: it is no part of a cold start. */
export function documentOf(api: DocumentedApi, shared: OpenApiOptions | undefined): MakeDocument {
  return async function makeDocument(options: object = {}) {
    const { openapi } = await import("../../src/openapi/document.ts");
    return openapi(api, { ...shared, ...options }) as never;
  };
}

function docsOption(docs: boolean | DocsOptions | undefined): string | undefined {
  if (docs === undefined || docs === false) return undefined;
  const { openapi = "/openapi.json" } = docs === true ? {} : docs;
  if (/^(?:\/[^/{}\s?#]+)+$/.test(openapi)) return openapi;
  throw new TypeError('api: option "docs.openapi" must be a path like "/openapi.json"');
}

/** Answers with the document, whose servers are where the request found it, and with its tag. */
function serveDocument(make: MakeDocument, path: string, basePath: string): LambdaHandler {
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
  const chain = [errors(), cors(), operation({ hidden: true }), serialize()];
  return assemble<HttpResult>(chain, serveOpenApi);
}

/**
 * The routes by which an API serves its own documentation, by their keys; none unless it is asked to.
 *
 * @param docs the option
 * @param make makes the document
 * @param place the prefix of all routes, and the base path
 * @throws TypeError naming a wrong option
 */
export function docsRoutes(
  docs: boolean | DocsOptions | undefined,
  make: MakeDocument,
  { prefix, basePath }: { prefix: string; basePath: string },
): Record<string, LambdaHandler> {
  if (typeof docs === "object") checkOptions("api", docs, { openapi: "string" });
  const path = docsOption(docs);
  if (path === undefined) return {};
  return { [`GET ${path}`]: serveDocument(make, `${prefix}${path}`, basePath) };
}
