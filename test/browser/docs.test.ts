import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Api, api } from "../../api/api.ts";
import { docsHandlers } from "../../api/docs/index.ts";
import { configure, pick, resource } from "../../src/index.ts";
import { memoryModel } from "../../src/models/memory/index.ts";
import { type DevServer, type Handler, serve } from "../../tools/dev/index.ts";
import { findChromium, launch, type Watched, watchedPage } from "../support/browser.ts";

const chromium = findChromium("the docs page in a browser");
const root = fileURLToPath(new URL("../..", import.meta.url));

interface Book {
  id: string;
  title: string;
  author: string;
  stock: number;
  createdAt: string;
}

type Operations = Record<string, Record<string, object>>;
interface Document {
  openapi: string;
  info: object;
  paths: Operations;
  components?: object;
}

/** The folder for screenshots, when they are asked for: `npm run screenshots`. */
const screenshots = process.env.SCREENSHOTS;

async function shoot(page: Page, name: string): Promise<void> {
  if (screenshots !== undefined) await page.screenshot({ path: `${root}/${screenshots}/${name}.png` });
}

/** One Lambda that serves a document with its page, and all else by the handler. */
function served(document: Document, handler: Handler, prefix: string): Promise<DevServer> {
  const docs = docsHandlers({ title: "Blog" });
  const all = api(
    {
      "GET /docs": docs.page,
      "GET /docs/{asset}": docs.asset,
      "GET /openapi.json": async () => document,
      $default: handler as (event: never, context: never) => unknown,
    },
    { basePath: prefix },
  );
  return serve(
    { $default: all.handler as Handler },
    { port: screenshots === undefined ? 0 : 3000, log: false },
  );
}

const methods = ["get", "put", "post", "delete", "patch"];
const operationsOf = ({ paths }: Document): string[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter(method => methods.includes(method))
      .map(method => `${method.toUpperCase()} ${path}`),
  );

const operation = (page: Page, method: string, path: string): Locator =>
  page.locator(`.opblock-${method.toLowerCase()}`, { has: page.locator(`[data-path="${path}"]`) });

/** Sends a request from the page; gives what the page shows of the response. */
async function tryIt(page: Page, method: string, path: string, body?: object): Promise<[string, unknown]> {
  const block = operation(page, method, path);
  const summary = block.locator(".opblock-summary-control");
  if ((await summary.getAttribute("aria-expanded")) !== "true") await summary.click();
  if (body !== undefined)
    await block.locator("textarea.body-param__text").fill(JSON.stringify(body, null, 2));
  // The response before, if there is one, would be taken for this one.
  const clear = block.getByRole("button", { name: "Clear" });
  if ((await clear.count()) > 0) await clear.click();
  await block.locator(".live-responses-table").waitFor({ state: "detached" });
  const responded = page.waitForResponse(response => response.request().method() === method);
  await block.getByRole("button", { name: "Execute" }).click();
  const status = String((await responded).status());
  const shown = block.locator(".live-responses-table tbody .response");
  await shown.locator(".response-col_status", { hasText: status }).waitFor();
  const text = await shown.locator(".highlight-code code").first().innerText();
  return [status, JSON.parse(text)];
}

/** The example and its document. The compiler checks it on its own terms: this is not an import that it follows. */
async function example(): Promise<[Document, Handler]> {
  const { blog } = (await import(`${root}/examples/blog/api.ts`)) as { blog: Api<object> };
  return [(await blog.openapi({ title: "Blog" })) as unknown as Document, blog.handler as Handler];
}

const ofTest = { description: "What it sends" };
const json = (schema: object): object => ({ content: { "application/json": { schema } } });
const bearer = { type: "http", scheme: "bearer", "x-login": "POST /login" };

/** A small API: a login, and what shows the credentials that it is sent. */
function small(securitySchemes: Record<string, object>): Document {
  const security = Object.keys(securitySchemes).map(name => ({ [name]: [] }));
  return {
    openapi: "3.1.0",
    info: { title: "Small", version: "1.0.0" },
    servers: [{ url: "./" }],
    components: { securitySchemes },
    paths: {
      "/login": {
        post: { operationId: "login", requestBody: json({ type: "object" }), responses: { 200: ofTest } },
      },
      "/photo": {
        get: { operationId: "photo", responses: { 200: { ...ofTest, content: { "image/png": {} } } } },
      },
      "/me": { get: { operationId: "me", security, responses: { 200: ofTest } } },
    },
  } as Document;
}

/** `POST /login` answers with what it is sent, 403 when that says `fail`; `GET /me` with the credentials. */
const echo = (basePath = ""): Handler =>
  api(
    {
      "POST /login": async ({ body }: { body: string }) => ({
        statusCode: "fail" in JSON.parse(body) ? 403 : 200,
        headers: { "content-type": "application/json" },
        body,
      }),
      "GET /photo": async () => ({
        statusCode: 200,
        headers: { "content-type": "image/png" },
        body: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
        isBase64Encoded: true,
      }),
      "GET /me": async ({ headers }: { headers: { authorization?: string } }) => ({
        authorization: headers.authorization ?? "none",
      }),
    },
    { basePath },
  ).handler as Handler;

/** A shop whose list has four filters: forty parameters. */
async function shop(): Promise<[Document, Handler]> {
  const fields = { id: "text", title: "text", author: "text", stock: "integer", createdAt: "date" } as const;
  const Books = memoryModel<Book>({ name: "Book", fields });
  const books = resource(Books, {
    serializer: pick("id", "title", "author", "stock", "createdAt"),
    required: ["title"],
    filters: ["title", "author", "stock", "createdAt"],
    or: true,
    ordering: ["title", "createdAt"],
    search: ["title"],
  });
  const made = api({ books });
  return [(await made.openapi({ title: "Shop" })) as unknown as Document, made.handler as Handler];
}

/** What is drawn beyond the right edge of the window, and of no box that scrolls. */
const cutOff = `[...document.querySelectorAll("body *")]
  .filter(element => {
    if (element.getBoundingClientRect().right <= innerWidth + 1 || element.checkVisibility() === false) return false;
    for (let box = element.parentElement; box !== null; box = box.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(box).overflowX)) return false;
    }
    return true;
  })
  .map(element => element.outerHTML.slice(0, 100))`;

describe.skipIf(chromium === undefined)("the docs page in a browser", () => {
  let browser: Browser;
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    process.env.BLOG_DB = ":memory:";
    configure({ secretKey: "a secret of the docs page, 32 bytes long" });
    browser = await launch(chromium as string);
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  afterAll(() => browser?.close());

  /** Serves an API with its docs page, and opens the page. */
  async function opened(
    document: Document,
    handler: Handler,
    {
      prefix = "",
      path = "/docs",
      ...options
    }: BrowserContextOptions & { prefix?: string; path?: string } = {},
  ): Promise<Watched & { url: string }> {
    const server = await served(document, handler, prefix);
    const watched = await watchedPage(browser, server.url, options);
    closing.push(() => watched.page.context().close(), server.close);
    await watched.page.goto(`${server.url}${prefix}${path}`);
    await watched.page.locator(".opblock").first().waitFor();
    return { ...watched, url: server.url };
  }

  it("loads without an error, from its own host alone, and shows every operation", async () => {
    const [document, handler] = await example();
    const { page, problems, requests, url } = await opened(document, handler);
    const shown = await page
      .locator(".opblock")
      .evaluateAll(blocks =>
        blocks.map(
          block =>
            `${block.querySelector(".opblock-summary-method")?.textContent} ${block.querySelector("[data-path]")?.getAttribute("data-path")}`,
        ),
      );
    expect(shown.sort()).toEqual(operationsOf(document).sort());
    expect(await page.title()).toBe("Blog");
    expect(new Set(requests.map(request => request.replace(/\?v=\w+$/, "")))).toEqual(
      new Set([
        `${url}/docs`,
        `${url}/docs/swagger-ui.css`,
        `${url}/docs/style.css`,
        `${url}/docs/swagger-ui-bundle.js`,
        `${url}/docs/script.js`,
        `${url}/docs/icon.svg`,
        `${url}/openapi.json`,
      ]),
    );
    expect(problems).toEqual([]);
  });

  it("signs up, logs in and writes a post, with the token of the login", async () => {
    const { page, problems, requests, url } = await opened(...(await example()), {
      viewport: { width: 1100, height: 820 },
    });
    await shoot(page, "docs-page");
    const user = { email: "ann@example.com", password: "correct horse" };
    const post = { title: "Hello", text: "First post" };

    expect(await tryIt(page, "POST", "/posts", post)).toEqual([
      "401",
      { code: 401, message: "Unauthorized" },
    ]);
    expect(await tryIt(page, "POST", "/users", user)).toMatchObject(["201", { email: user.email }]);
    expect(await page.getByRole("status").innerText()).toBe("");
    const [, { token }] = (await tryIt(page, "POST", "/login", user)) as [string, { token: string }];
    expect(token.split(".")).toHaveLength(3);
    expect(await page.evaluate("getComputedStyle(document.getElementById('note')).opacity")).toBe("1");
    expect(await page.getByRole("status").innerText()).toBe(
      "Signed in: requests now carry the token from this response.",
    );
    const made = await tryIt(page, "POST", "/posts", post);
    expect(made).toMatchObject(["201", { ...post, tags: [] }]);
    const curl = await operation(page, "POST", "/posts").locator(".curl-command").innerText();
    expect(curl).toContain(`Authorization: Bearer ${token}`);
    expect(await operation(page, "POST", "/posts").innerText()).toMatch(/Request duration\s+\d+ ms/);

    await page.setViewportSize({ width: 1100, height: 1240 });
    await operation(page, "POST", "/posts").evaluate(element => element.scrollIntoView());
    await shoot(page, "try-it");

    // A browser reports the 401 by itself.
    expect(problems).toEqual([expect.stringContaining("the server responded with a status of 401")]);
    expect(requests.filter(request => !request.startsWith(`${url}/`))).toEqual([]);
  });

  it("shows what is wrong with a body", async () => {
    const { page, problems } = await opened(...(await example()));
    expect(await tryIt(page, "POST", "/users", { email: "bob" })).toEqual([
      "400",
      { code: 400, message: "Missing key(s): password" },
    ]);
    const [status, refused] = await tryIt(page, "POST", "/users", { email: "bob", password: "short" });
    expect([status, refused]).toMatchObject([
      "400",
      { code: 400, errors: [{ field: "email" }, { field: "password" }] },
    ]);
    expect(problems).toHaveLength(2);
  });

  it("stays signed in when it is loaded again, and signs out", async () => {
    const { page, problems } = await opened(small({ token: bearer }), echo());
    await tryIt(page, "POST", "/login", { token: "t0ken" });
    await page.reload();
    expect(await tryIt(page, "GET", "/me")).toEqual(["200", { authorization: "Bearer t0ken" }]);
    await page.getByRole("button", { name: "Authorize" }).click();
    await page.getByRole("button", { name: "Remove authorization" }).click();
    await page.locator(".btn-done").click();
    expect(await tryIt(page, "GET", "/me")).toEqual(["200", { authorization: "none" }]);
    await page.getByRole("button", { name: "Authorize" }).click();
    await page.getByLabel("auth-bearer-value").fill("by hand");
    await page.keyboard.press("Enter");
    await page.locator(".btn-done").click();
    expect(await tryIt(page, "GET", "/me")).toEqual(["200", { authorization: "Bearer by hand" }]);
    expect(problems).toEqual([]);
  });

  it("shows an image that the API responds with", async () => {
    const { page, problems } = await opened(small({}), echo());
    const block = operation(page, "GET", "/photo");
    await block.locator(".opblock-summary-control").click();
    await block.getByRole("button", { name: "Execute" }).click();
    const image = block.locator(".live-responses-table img");
    await image.waitFor();
    await expect
      .poll(() => image.evaluate(found => (found as unknown as { naturalWidth: number }).naturalWidth))
      .toBe(1);
    expect(problems).toEqual([]);
  });

  const logins: [what: string, schemes: Record<string, object>, authorization: string][] = [
    [
      "one bearer scheme",
      { key: { type: "apiKey", in: "header", name: "x-key" }, token: bearer },
      "Bearer t0ken",
    ],
    ["its name in capitals", { token: { ...bearer, scheme: "Bearer" } }, "Bearer t0ken"],
    [
      "another bearer scheme before it",
      { other: { type: "http", scheme: "bearer" }, token: bearer },
      "Bearer t0ken",
    ],
    ["no login that is named", { token: { type: "http", scheme: "bearer" } }, "none"],
    ["another operation named", { token: { ...bearer, "x-login": "POST /invitations" } }, "none"],
    ["another method named", { token: { ...bearer, "x-login": "PUT /login" } }, "none"],
    ["an operation on a longer path named", { token: { ...bearer, "x-login": "POST /v1/login" } }, "none"],
    ["no bearer scheme", { basic: { type: "http", scheme: "basic" } }, "none"],
  ];

  it.each(logins)("knows what a token is for, with %s", async (_what, schemes, authorization) => {
    const { page, problems } = await opened(small(schemes), echo());
    expect(await tryIt(page, "POST", "/login", { token: "t0ken" })).toEqual(["200", { token: "t0ken" }]);
    expect(await tryIt(page, "GET", "/me")).toEqual(["200", { authorization }]);
    expect(await page.locator("#note.shown").count()).toBe(authorization === "none" ? 0 : 1);
    expect(problems).toEqual([]);
  });

  it("takes nothing else for a token, and a later one over an earlier one", async () => {
    const { page } = await opened(small({ token: bearer }), echo());
    const others = [
      { user: { token: "t0ken" } },
      { token: 5 },
      { token: "" },
      [{ token: "t0ken" }],
      { fail: 1, token: "t0ken" },
    ];
    for (const other of others) {
      const [, shown] = await tryIt(page, "POST", "/login", other);
      expect(shown).toEqual(other);
    }
    expect(await tryIt(page, "GET", "/me")).toEqual(["200", { authorization: "none" }]);
    for (const token of ["first", "second"]) {
      await tryIt(page, "POST", "/login", { token });
      expect(await tryIt(page, "GET", "/me")).toEqual(["200", { authorization: `Bearer ${token}` }]);
    }
  });

  it.each(["/docs", "/docs/"])("works at %s behind a base path", async path => {
    const { page, problems, requests, url } = await opened(small({ token: bearer }), echo("/prod"), {
      prefix: "/prod",
      path,
    });
    await tryIt(page, "POST", "/login", { token: "t0ken" });
    expect(await tryIt(page, "GET", "/me")).toEqual(["200", { authorization: "Bearer t0ken" }]);
    expect(requests.filter(request => !request.startsWith(`${url}/prod/`))).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("has a language, a heading and names, and is used by the keyboard alone", async () => {
    const { page, problems } = await opened(small({ token: bearer }), echo());
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    expect(await page.getByRole("heading", { level: 1 }).allInnerTexts()).toEqual([
      expect.stringMatching(/^Small/),
    ]);
    expect(await page.getByRole("main").count()).toBe(1);
    const buttons = await page.getByRole("button").count();
    expect(await page.getByRole("button", { name: /\S/ }).count()).toBe(buttons);

    const focused = () =>
      page.evaluate(
        "document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent",
      ) as Promise<string>;
    async function tabTo(name: string): Promise<void> {
      for (let presses = 0; presses < 30; presses++) {
        await page.keyboard.press("Tab");
        if ((await focused()) === name) return;
      }
      throw new Error(`Tab does not lead to ${name}`);
    }
    await tabTo("GET/me");
    await page.keyboard.press("Enter");
    const block = operation(page, "GET", "/me");
    await block.getByRole("button", { name: "Execute" }).waitFor();
    expect(await block.locator(".opblock-summary-control").getAttribute("aria-expanded")).toBe("true");
    await tabTo("Execute");
    await page.keyboard.press("Enter");
    await block.locator(".live-responses-table .response-col_status", { hasText: "200" }).waitFor();
    expect(problems).toEqual([]);
  });

  it("is dark where the system is, and follows it", async () => {
    const { page } = await opened(small({}), echo(), { colorScheme: "dark" });
    const colors = (): Promise<unknown> =>
      page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('h1')).color]",
      );
    expect(await colors()).toEqual(["rgb(28, 32, 34)", "rgb(210, 214, 215)"]);
    await page.emulateMedia({ colorScheme: "light" });
    await expect.poll(colors).toEqual(["rgb(255, 255, 255)", "rgb(59, 65, 81)"]);
  });

  it("shows each field once among the filters of a list, and its other operators when asked", async () => {
    const { page, problems, requests } = await opened(...(await shop()), {
      viewport: { width: 1100, height: 800 },
      path: "/docs#/books/booksList",
    });
    const list = operation(page, "GET", "/books");
    const names = (): Promise<unknown[]> =>
      list
        .locator("[data-param-name]")
        .evaluateAll(rows => rows.map(row => row.getAttribute("data-param-name")));
    const usual = ["limit", "offset", "cursor", "title", "author", "stock", "createdAt", "or", "order", "q"];
    await list.getByRole("button", { name: "Execute" }).waitFor();
    expect(await names()).toEqual(usual);
    expect(await page.evaluate("document.documentElement.scrollHeight")).toBeLessThan(3100);

    const more = list.getByRole("button", {
      name: /^More filters of stock: eq, ne, gt, gte, lt, lte, between, in, notIn, isNull$/,
    });
    expect(await more.getAttribute("aria-expanded")).toBe("false");
    await more.click();
    const stock = ["eq", "ne", "gt", "gte", "lt", "lte", "between", "in", "notIn", "isNull"].map(
      operator => `stock[${operator}]`,
    );
    expect(await names()).toEqual([...usual.slice(0, 6), ...stock, ...usual.slice(6)]);
    await list.getByPlaceholder("stock[gte]").fill("5");
    await list.getByRole("button", { name: "Fewer filters of stock" }).click();
    // What would be sent is shown.
    expect(await names()).toEqual([...usual.slice(0, 6), "stock[gte]", ...usual.slice(6)]);
    expect(await tryIt(page, "GET", "/books")).toEqual(["200", []]);
    expect(requests.map(request => decodeURIComponent(request)).at(-1)).toMatch(
      /\/books\?limit=50&stock\[gte\]=5$/,
    );
    expect(problems).toEqual([]);
  });

  it("cuts nothing off on a phone", async () => {
    const { page, problems } = await opened(...(await shop()), {
      viewport: { width: 390, height: 800 },
      path: "/docs#/books/booksList",
    });
    const list = operation(page, "GET", "/books");
    await list.getByRole("button", { name: "Execute" }).waitFor();
    expect(await page.evaluate("document.documentElement.scrollHeight")).toBeLessThan(3600);
    await list.getByRole("button", { name: /^More filters of title/ }).click();
    await tryIt(page, "GET", "/books");
    await tryIt(page, "POST", "/books", { title: "Hello" });
    for (const method of ["PUT", "DELETE"]) {
      await operation(page, method, "/books/{id}").locator(".opblock-summary-control").click();
      await operation(page, method, "/books/{id}").getByRole("button", { name: "Execute" }).waitFor();
    }
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(await page.evaluate(cutOff)).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("opens an operation by its own address", async () => {
    const { page } = await opened(small({}), echo(), { path: "/docs#/default/me" });
    await operation(page, "GET", "/me").getByRole("button", { name: "Execute" }).waitFor();
    expect(await page.getByRole("button", { name: "Execute" }).count()).toBe(1);
  });

  it("takes no document from its own address", async () => {
    const { page, requests, url } = await opened(small({}), echo(), {
      path: "/docs?url=https://evil.example/openapi.json&configUrl=/evil",
    });
    expect(await page.locator("h1").innerText()).toContain("Small");
    expect(requests.filter(request => request.includes("openapi.json")).slice(1)).toEqual([
      `${url}/openapi.json`,
    ]);
  });

  it("sees a policy that is violated, and a request to elsewhere", async () => {
    const { page, problems, requests } = await opened(small({}), echo());
    await page.evaluate(
      `document.body.insertAdjacentHTML("beforeend", '<img src="https://evil.example/x.png">')`,
    );
    await page.evaluate(`fetch("https://evil.example/").catch(() => undefined)`);
    await expect
      .poll(() => problems.filter(problem => problem.startsWith("policy: ")))
      .toEqual([
        "policy: img-src refuses https://evil.example/x.png",
        "policy: connect-src refuses https://evil.example/",
      ]);
    expect(requests.filter(request => request.includes("evil"))).toEqual([]);
  });
});
