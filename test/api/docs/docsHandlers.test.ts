import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { gunzipSync } from "node:zlib";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api } from "../../../api/api.ts";
import { docsHandlers } from "../../../api/docs/index.ts";
import { script } from "../../../api/docs/script.ts";
import { authUser } from "../../../middlewares/authUser.ts";
import { explain } from "../../../src/pipeline/index.ts";
import {
  type EventSource,
  eventOf,
  type Received,
  received,
  sources,
  type TestRequest,
} from "../../support/events.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const dist = (name: string): string => readFileSync(`${root}/node_modules/swagger-ui-dist/${name}`, "utf8");

const docs = docsHandlers({ title: "Blog" });
const names = ["script.js", "style.css", "icon.svg", "swagger-ui-bundle.js", "swagger-ui.css"];

type Handler = (event: unknown, context: object) => Promise<unknown>;

async function get(source: EventSource, handler: Handler, request: TestRequest): Promise<Received> {
  return received(source, await handler(eventOf(source, request), {}));
}

/** An asset, with its parameter where the source has one. */
const asset = (name: string, more: TestRequest = {}): TestRequest => ({
  path: `/docs/${encodeURIComponent(name)}`,
  pathParameters: { asset: name },
  ...more,
});

/** The addresses on a page, as a browser at `url` reads them. */
const linksOf = (html: string, url: string): string[] =>
  [...html.matchAll(/\b(?:href|src|data-openapi)="([^"]*)"/g)].map(
    ([, link = ""]) => new URL(link.replaceAll("&amp;", "&"), url).href,
  );

async function versionOf(): Promise<string> {
  const html = (await get("http", docs.page, { path: "/docs" })).body.toString();
  return /\?v=(\w+)"/.exec(html)?.[1] as string;
}

describe("the page", () => {
  it.each(sources)("is HTML under a strict policy, on %s", async source => {
    const { status, headers, body } = await get(source, docs.page, { path: "/docs" });
    expect([status, body.toString().split("\n")[0]]).toEqual([200, "<!doctype html>"]);
    expect(headers).toEqual({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-cache",
      "content-security-policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      "referrer-policy": "same-origin",
      etag: expect.stringMatching(/^"[\w-]+"$/),
      vary: "Accept-Encoding",
    });
  });

  it("has nothing inline", async () => {
    const html = (await get("http", docs.page, { path: "/docs" })).body.toString();
    expect(html.match(/<script\b[^>]*>/g)).toHaveLength(2);
    expect(html).not.toMatch(/<style|\bstyle=|\bon\w+=|<script(?![^>]*\bsrc=)|<script[^>]*>[^<]|javascript:/);
  });

  /** Source, the request, and where the client is. */
  const places: [source: EventSource, request: TestRequest, url: string][] = [
    ["http", { path: "/docs" }, "https://x/docs"],
    ["http", { path: "/docs/" }, "https://x/docs/"],
    ["http", { path: "/docs", stage: "prod" }, "https://x/prod/docs"],
    ["http", { path: "/docs/", stage: "prod" }, "https://x/prod/docs/"],
    ["rest", { path: "/docs", stage: "prod" }, "https://x/prod/docs"],
    ["rest", { path: "/docs/", stage: "prod" }, "https://x/prod/docs/"],
    ["url", { path: "/docs" }, "https://x/docs"],
    ["alb", { path: "/shop/v1/docs" }, "https://x/shop/v1/docs"],
    ["alb-multi", { path: "/shop/v1/docs/" }, "https://x/shop/v1/docs/"],
    ["lattice-v1", { path: "/docs" }, "https://x/behind/a/proxy/docs"],
    ["lattice-v2", { path: "/docs/" }, "https://x/behind/a/proxy/docs/"],
  ];

  it.each(places)("leads to its assets and the document, on %s %o at %s", async (source, request, url) => {
    const base = url.replace(/\/docs\/?$/, "");
    const html = (await get(source, docs.page, request)).body.toString();
    const v = await versionOf();
    expect(linksOf(html, url)).toEqual([
      `${base}/docs/icon.svg?v=${v}`,
      `${base}/docs/swagger-ui.css?v=${v}`,
      `${base}/docs/style.css?v=${v}`,
      `${base}/openapi.json`,
      `${base}/docs/swagger-ui-bundle.js?v=${v}`,
      `${base}/docs/script.js?v=${v}`,
      `${base}/openapi.json`,
    ]);
  });

  const routes: [path: string, openapi: string, at: string, document: string][] = [
    ["/docs", "/v1/openapi.json", "/docs", "/v1/openapi.json"],
    ["/v1/docs", "/v1/openapi.json", "/v1/docs", "/v1/openapi.json"],
    ["/a/b/docs", "/openapi.json", "/a/b/docs/", "/openapi.json"],
    ["/", "/openapi.json", "/", "/openapi.json"],
    ["/a%20b", "/open%20api.json", "/a%20b", "/open%20api.json"],
  ];

  it.each(routes)("with the route %s finds %s", async (path, openapi, at, document) => {
    const { page } = docsHandlers({ path, openapi });
    for (const stage of ["", "/prod"]) {
      const request = { path: at, ...(stage !== "" && { stage: "prod" }) };
      const html = (await get("http", page, request)).body.toString();
      expect(linksOf(html, `https://x${stage}${at}`)).toContain(`https://x${stage}${document}`);
    }
  });

  it("has its title and addresses as text, whatever they hold", async () => {
    const { page } = docsHandlers({ title: `</title><script>"&'`, openapi: `/"><b>&'.json` });
    const html = (await get("http", page, { path: '/"><script>alert(1)<' })).body.toString();
    expect(html).toContain("<title>&lt;/title&gt;&lt;script&gt;&quot;&amp;&#39;</title>");
    expect(html).toContain(
      'data-openapi="./%22%3E%3Cscript%3Ealert(1)%3C/../&quot;&gt;&lt;b&gt;&amp;&#39;.json"',
    );
    expect(html.match(/<(?:script|b)\b/g)).toEqual(["<script", "<script"]);
  });

  it("never leads to another host, whatever the path", async () => {
    for (const path of ["//evil.example/docs", "/docs//evil.example", "/https://evil.example", "/x:y"]) {
      const html = (await get("alb", docs.page, { path })).body.toString();
      const hosts = linksOf(html, `https://x${path}`).map(link => new URL(link).host);
      expect([path, new Set(hosts)]).toEqual([path, new Set(["x"])]);
    }
  });
});

describe("an asset", () => {
  const types: Record<string, string> = {
    js: "text/javascript; charset=utf-8",
    css: "text/css; charset=utf-8",
    svg: "image/svg+xml",
  };

  it.each(sources)("has its type, and is the file of the package, on %s", async source => {
    // Uncompressed, the bundle is larger than the 1 MB that ALB passes on.
    const whole = names.filter(name => !(source.startsWith("alb") && name === "swagger-ui-bundle.js"));
    for (const name of whole) {
      const { status, headers, body } = await get(source, docs.asset, asset(name));
      const type = types[name.split(".").at(-1) as string];
      expect([name, status, headers]).toEqual([
        name,
        200,
        {
          "content-type": type,
          "cache-control": "no-cache",
          "referrer-policy": "same-origin",
          etag: expect.stringMatching(/^"[\w-]+"$/),
          vary: "Accept-Encoding",
        },
      ]);
      if (name.startsWith("swagger")) expect(body.toString() === dist(name)).toBe(true);
    }
  });

  it.each(sources)("of any other name is 404, on %s", async source => {
    const others = [
      "package.json",
      "../package.json",
      "/etc/passwd",
      "swagger-ui.js",
      "index.html",
      "__proto__",
    ];
    for (const name of [...others, "constructor", "script.js/x", "SCRIPT.JS", "..", "script.js\0"]) {
      const { status, body } = await get(source, docs.asset, asset(name));
      expect([name, status, body.toString()]).toEqual([
        name,
        404,
        '{"code":404,"message":"Resource Not Found"}',
      ]);
    }
  });

  it("without a name, or with one that is malformed, is 404", async () => {
    for (const event of [
      { ...eventOf("rest", asset("x")), pathParameters: { asset: "%" } },
      { ...eventOf("rest", asset("x")), pathParameters: null },
      {},
      null,
    ]) {
      expect(await docs.asset(event, {})).toMatchObject({ statusCode: 404 });
    }
  });

  it("is kept for a year under the page's own address, and asked for again under another", async () => {
    const cacheOf = async (v: string): Promise<unknown> =>
      (await get("http", docs.asset, asset("script.js", { query: [["v", v]] }))).headers["cache-control"];
    expect(await cacheOf(await versionOf())).toBe("public, max-age=31536000, immutable");
    expect(await cacheOf("older")).toBe("no-cache");
  });

  it("that the client has is 304, by its tag", async () => {
    for (const [handler, request] of [
      [docs.asset, asset("swagger-ui.css")],
      [docs.page, { path: "/docs" }],
    ] as const) {
      const first = await get("http", handler, request);
      const etag = first.headers.etag as string;
      const { "content-type": _type, ...others } = first.headers;
      const again = await get("http", handler, { ...request, headers: { "if-none-match": etag } });
      expect([again.status, again.body.length, again.headers]).toEqual([304, 0, others]);
      const changed = await get("http", handler, { ...request, headers: { "if-none-match": '"other"' } });
      expect([changed.status, changed.body.equals(first.body)]).toEqual([200, true]);
    }
  });

  it.each(sources.filter(source => source !== "rest"))(
    "is compressed for whom takes it, on %s",
    async source => {
      const headers = { "accept-encoding": "gzip, deflate, br" };
      const plain = await get(source, docs.asset, asset("swagger-ui.css"));
      const zipped = await get(source, docs.asset, asset("swagger-ui.css", { headers }));
      expect(gunzipSync(zipped.body).equals(plain.body)).toBe(true);
      const etag = (plain.headers.etag as string).replace(/"$/, '-gzip"');
      expect(zipped.headers).toEqual({ ...plain.headers, etag, "content-encoding": "gzip" });
      const again = { headers: { ...headers, "if-none-match": etag } };
      expect((await get(source, docs.asset, asset("swagger-ui.css", again))).status).toBe(304);
      const bundle = await get(source, docs.asset, asset("swagger-ui-bundle.js", { headers }));
      expect(gunzipSync(bundle.body).toString() === dist("swagger-ui-bundle.js")).toBe(true);
    },
  );

  it.each([
    ["gzip", true],
    ["br;q=1, GZIP;q=0.001", true],
    ["gzip; q=1.0", true],
    ["gzip;q=0", false],
    ["gzip;q=0.000, br", false],
    ["br", false],
    ["x-gzipped", false],
    ["", false],
  ])("is compressed for accept-encoding %o: %o", async (accepted, expected) => {
    const headers = { "accept-encoding": accepted };
    const response = await get("http", docs.asset, asset("style.css", { headers }));
    expect(response.headers["content-encoding"] === "gzip").toBe(expected);
  });

  it("is never bytes on a REST API, which would send them as base64", async () => {
    const event = eventOf("rest", asset("swagger-ui.css", { headers: { "Accept-Encoding": "gzip" } }));
    const result = await docs.asset(event, {});
    expect([result.isBase64Encoded, result.body === dist("swagger-ui.css")]).toEqual([undefined, true]);
  });

  it("fits into what Lambda, and compressed into what an ALB lets through", async () => {
    const size = async (source: EventSource, headers: Record<string, string>): Promise<number> => {
      const event = eventOf(source, asset("swagger-ui-bundle.js", { headers }));
      return Buffer.byteLength(JSON.stringify(await docs.asset(event, {})));
    };
    expect(await size("rest", {})).toBeLessThan(6 * 1024 * 1024);
    expect(await size("alb", { "accept-encoding": "gzip" })).toBeLessThan(1024 * 1024);
  });
});

describe("docsHandlers", () => {
  it("joins into an api, which serves the page with and without a slash at its end", async () => {
    const { handler } = api(
      { "GET /docs": docs.page, "GET /docs/{asset}": docs.asset },
      { prefix: "/v1", basePath: "/shop" },
    );
    for (const source of sources) {
      for (const path of ["/shop/v1/docs", "/v1/docs/"]) {
        const { status, body } = await get(source, handler, { path });
        const links = linksOf(body.toString(), `https://x${path}`);
        expect([source, path, status, links[3]]).toEqual([
          source,
          path,
          200,
          `https://x${path.replace(/docs\/?$/, "openapi.json")}`,
        ]);
        const { pathname } = new URL(links[5] as string);
        const got = await get(source, handler, { path: pathname });
        expect([got.status, got.body.toString() === script]).toEqual([200, true]);
      }
      expect((await get(source, handler, { path: "/v1/docs/..%2fpackage.json" })).status).toBe(404);
    }
  });

  it("is no part of the document that it shows", async () => {
    const { openapi } = api({ "GET /docs": docs.page, "GET /docs/{asset}": docs.asset });
    expect((await openapi()).paths).toEqual({});
  });

  it("makes handlers that take more middleware, whose errors become responses too", async () => {
    const { page } = docsHandlers();
    page.use(authUser({ secret: "a secret of the docs page, 32 bytes long", loadUser: id => ({ id }) }));
    expect(explain(page).map(({ name }) => name)).toEqual(["docs", "authUser"]);
    const { status, headers, body } = await get("http", page, { path: "/docs" });
    expect([status, body.toString()]).toEqual([401, '{"code":401,"message":"Unauthorized"}']);
    expect(headers).toEqual({
      "www-authenticate": "Bearer",
      "cache-control": "no-store",
      "content-type": "application/json",
    });
  });

  it("makes handlers that throw on what is not an error of HTTP", async () => {
    const { page } = docsHandlers();
    const broken = new Error("broken");
    page.use({
      before() {
        throw broken;
      },
    });
    await expect(page(eventOf("http", { path: "/docs" }), {})).rejects.toBe(broken);
  });

  it.each([
    [{ openapi: "openapi.json" }, 'option "openapi" must be a path like "/docs"'],
    [{ openapi: "https://evil.example/openapi.json" }, 'option "openapi" must be a path like "/docs"'],
    [{ openapi: "//evil.example" }, 'option "openapi" must be a path like "/docs"'],
    [{ path: "/docs/" }, 'option "path" must be a path like "/docs"'],
    [{ path: "/{x}" }, 'option "path" must be a path like "/docs"'],
    [{ title: 5 }, 'option "title" must be a string'],
    [{ url: "/x" }, 'unknown option "url"; it takes openapi, path, title'],
  ])("refuses %o", (options, message) => {
    expect(() => docsHandlers(options as object)).toThrow(new TypeError(`docsHandlers: ${message}`));
  });

  it("gives the browser a script that is one", () => {
    expect(() => new Script(script)).not.toThrow();
  });
});

describe("in a bundle", () => {
  let folder: string;
  const formats = ["esm", "cjs"] as const;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "docs-"));
    for (const format of formats) {
      await build({
        stdin: {
          contents: `
            import { authUser } from "../../../middlewares/authUser.ts";
import { docsHandlers } from "./api/docs/index.ts";
            const docs = docsHandlers();
            const http = { method: "GET", path: "/docs" };
            const event = { version: "2.0", rawPath: "/docs", requestContext: { http } };
            const page = docs.page(event, {});
            const bundle = docs.asset({ ...event, pathParameters: { asset: "swagger-ui-bundle.js" } }, {});
            Promise.all([page, bundle]).then(both =>
              console.log(JSON.stringify(both.map(({ statusCode, body }) => [statusCode, body.slice(0, 150)]))));`,
          resolveDir: root,
          loader: "ts",
        },
        outfile: join(folder, `bundle.${format === "esm" ? "mjs" : "cjs"}`),
        bundle: true,
        minify: true,
        keepNames: true,
        platform: "node",
        target: "node22",
        format,
        logLevel: "silent",
      });
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (format: string): [status: number, start: string][] => {
    const file = `bundle.${format === "esm" ? "mjs" : "cjs"}`;
    return JSON.parse(execFileSync(process.execPath, [file], { cwd: folder, encoding: "utf8" }));
  };
  const installed = (): string => join(folder, "node_modules/swagger-ui-dist");
  const says =
    '{"code":501,"message":"The docs page needs the package \\"swagger-ui-dist\\", version 5 or newer: npm install swagger-ui-dist"}';

  it.each(formats)("without Swagger UI beside it says what to install (%s)", format => {
    expect(run(format)).toEqual([
      [501, says],
      [501, says],
    ]);
  });

  it.each(formats)("beside an older Swagger UI says what to install (%s)", format => {
    mkdirSync(installed(), { recursive: true });
    for (const name of ["swagger-ui-bundle.js", "swagger-ui.css"]) {
      cpSync(`${root}/node_modules/swagger-ui-dist/${name}`, join(installed(), name));
    }
    writeFileSync(join(installed(), "package.json"), '{ "version": "4.19.1" }');
    expect(run(format).map(([status]) => status)).toEqual([501, 501]);
    rmSync(installed(), { recursive: true });
  });

  it.each(formats)("with Swagger UI beside it serves it (%s)", format => {
    mkdirSync(join(folder, "node_modules"), { recursive: true });
    symlinkSync(`${root}/node_modules/swagger-ui-dist`, installed(), "junction");
    const [page, bundle] = run(format);
    expect([page?.[0], bundle]).toEqual([200, [200, dist("swagger-ui-bundle.js").slice(0, 150)]]);
    rmSync(installed());
  });
});
