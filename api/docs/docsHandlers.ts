import { NotFound } from "../../src/core/errors.ts";
import type { HookRequest } from "../../src/core/middleware.ts";
import { checkOptions } from "../../src/core/options.ts";
import { textList } from "../../src/core/textList.ts";
import { isPlainPath } from "../../src/http/basePath.ts";
import { errorResponse, isHttpError } from "../../src/http/errorResponse.ts";
import { matchesWeakly } from "../../src/http/etag.ts";
import { objectParameter, readPath } from "../../src/http/path.ts";
import { readQuery } from "../../src/http/query.ts";
import { readHeader } from "../../src/http/read.ts";
import { toResult } from "../../src/http/result.ts";
import { sourceOf } from "../../src/http/source.ts";
import type { HttpResult } from "../../src/http/types.ts";
import { writeResponse } from "../../src/http/writeResponse.ts";
import { assemble, type LambdaHandler } from "../../src/pipeline/pipeline.ts";
import { docsMiddleware } from "../docsMiddleware.ts";
import { type Asset, assetOf, readAssets } from "./assets.ts";
import { pageHtml } from "./page.ts";

/** Options of {@link docsHandlers}. */
export interface DocsOptions {
  /** The route of the OpenAPI document. @default "/openapi.json" */
  openapi?: string;
  /** The route of the page; one prefix before both changes nothing. @default "/docs" */
  path?: string;
  /** The page's title. @default "API" */
  title?: string;
}

/** What {@link docsHandlers} makes: ordinary handlers, which take more middleware by `use`. */
export interface DocsHandlers {
  /** For `GET /docs`. */
  readonly page: LambdaHandler;
  /** For `GET /docs/{asset}`. */
  readonly asset: LambdaHandler;
}

/** No more than Swagger UI needs; `blob:` is for images that an API responds with. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const safe = { "Referrer-Policy": "same-origin" };

/** REST APIs pass bytes on only if they are given which types are bytes; they can compress by themselves. */
function takesGzip(event: unknown): boolean {
  if (sourceOf(event) === "rest") return false;
  const codings = textList((readHeader(event, "accept-encoding") ?? "").replace(/\s/g, ""));
  return codings.some(coding => /^gzip(?:;q=(?:1|0\.0*[1-9]).*)?$/i.test(coding));
}

/** Sends text as it is or compressed, or 304 to who has it (RFC 9110 section 13.1.2). */
async function send(
  event: unknown,
  { type, text, etag, zipped }: Asset,
  own: Readonly<Record<string, string>>,
): Promise<HttpResult> {
  const zip = takesGzip(event);
  // The compressed form is another representation, which a strong tag must distinguish.
  const tag = zip ? etag.replace(/"$/, '-gzip"') : etag;
  const headers = { ...safe, ...own, ETag: tag, Vary: "Accept-Encoding" };
  const known = readHeader(event, "if-none-match");
  if (known !== undefined && matchesWeakly(known, tag)) return toResult(event, { statusCode: 304, headers });
  return toResult(event, {
    statusCode: 200,
    headers: { ...headers, "Content-Type": type, ...(zip && { "Content-Encoding": "gzip" }) },
    body: zip ? await zipped() : text,
  });
}

/** Addresses are relative, so that they are right behind whatever comes before the route: a stage, a base path, a proxy. */
function assetsFrom(event: unknown): string {
  const path = readPath(event);
  return path.endsWith("/") ? "./" : `./${path.slice(path.lastIndexOf("/") + 1)}/`;
}

/** From the folder of the assets to the document. */
const upTo = (openapi: string, path: string): string =>
  `${"../".repeat(path.split("/").filter(part => part !== "").length)}${openapi.slice(1)}`;

/** Makes responses of errors as `errors` does. */
function docsOnError(request: HookRequest): void | Promise<void> {
  if (!isHttpError(request.error)) return;
  const { status, headers, body } = errorResponse(request.error, request.event);
  return writeResponse(request, body, { status, headers });
}

function routeOption(name: string, value: string): string {
  if (value === "/" || isPlainPath(value)) return value;
  throw new TypeError(`docsHandlers: option "${name}" must be a path like "/docs"`);
}

/**
 * Makes the handlers of a page that shows an OpenAPI document and sends requests to the API: Swagger UI, from the package
 * `swagger-ui-dist`, which must be installed, and deployed with the function. Nothing comes from elsewhere, and the page's
 * Content-Security-Policy allows nothing else: https://www.w3.org/TR/CSP3/
 *
 * A JSON response with a `token`, as a login gives it, signs the page in, when the document has exactly one bearer scheme.
 *
 * @param options where the document and the page are
 * @returns the handlers of the page and of its assets; without the package they answer 501 and say what to install
 * @throws TypeError naming a wrong option
 * @example
 * const docs = docsHandlers({ title: "Blog" });
 * export const { handler } = api({ posts, "GET /docs": docs.page, "GET /docs/{asset}": docs.asset });
 */
export function docsHandlers(options: DocsOptions = {}): DocsHandlers {
  checkOptions("docsHandlers", options, { openapi: "string", path: "string", title: "string" });
  const { title = "API" } = options;
  const path = routeOption("path", options.path ?? "/docs");
  const document = upTo(routeOption("openapi", options.openapi ?? "/openapi.json"), path);
  return {
    page: assemble<HttpResult>([docsMiddleware(docsOnError)], async function servePage(event) {
      const { version } = await readAssets();
      const assets = assetsFrom(event);
      const html = pageHtml({ title, openapi: `${assets}${document}`, assets, version });
      return send(event, assetOf("text/html; charset=utf-8", html), {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": policy,
      });
    }),
    asset: assemble<HttpResult>([docsMiddleware(docsOnError)], async function serveAsset(event) {
      const { version, files } = await readAssets();
      const found = files.get(objectParameter(event, "asset"));
      if (found === undefined) throw new NotFound();
      const isKeyed = readQuery(event).v?.[0] === version;
      return send(event, found, {
        "Cache-Control": isKeyed ? "public, max-age=31536000, immutable" : "no-cache",
      });
    }),
  };
}
