import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OpenApiDocument } from "../../api/openapi/index.ts";
import { conforms } from "../../tools/testing/documents/conforms.ts";
import { exampleRequests } from "../../tools/testing/documents/exampleRequests.ts";
import type { Blog } from "./blog.ts";
import { valid, validateOpenApi } from "./validateOpenApi.ts";

interface TestResponse {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of the body is said where it is expected
  body: any;
}

/** What an engine may be unable to do in the blog. */
export interface BlogCapabilities {
  /** Ordering all posts by a field that no index holds. @default true */
  anyOrder?: boolean;
}

/**
 * Drives the blog over HTTP: sign-up, login, posts, lists, conflicts and errors.
 *
 * @param name the engine, for the title
 * @param start starts it, without data
 * @param capabilities what the engine can't do
 */
export function provesBlog(
  name: string,
  start: () => Promise<Blog>,
  { anyOrder = true }: BlogCapabilities = {},
): void {
  describe(`the blog over HTTP, on ${name}`, () => {
    let blog: Blog;
    let ann: string;
    let bob: string;
    let annId: string;
    let document: OpenApiDocument;
    let problems: ReturnType<typeof conforms>;

    async function call(
      method: string,
      path: string,
      options: { token?: string; body?: unknown; headers?: object } = {},
    ): Promise<TestResponse> {
      const { token, body, headers } = options;
      const response = await fetch(path.startsWith("http") ? path : blog.url + path, {
        method,
        headers: {
          ...(body !== undefined && { "content-type": "application/json" }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...headers,
        },
        body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
      });
      const text = await response.text();
      const { status, headers: sent, url } = response;
      expect(problems({ method, path: url, status, headers: sent, body: text })).toEqual([]);
      expect(response.headers.get("access-control-allow-origin")).toBe("*");
      return {
        status: response.status,
        headers: response.headers,
        body: text === "" ? "" : JSON.parse(text),
      };
    }
    const signUp = (email: string, name: string) =>
      call("POST", "/users", { body: { email, name, password: "correct horse" } });
    const login = async (email: string) =>
      (await call("POST", "/login", { body: { email, password: "correct horse" } })).body.token as string;

    beforeAll(async () => {
      blog = await start();
      document = (await (await fetch(`${blog.url}/openapi.json`)).json()) as OpenApiDocument;
      problems = conforms(document);
      annId = (await signUp("Ann@Example.com", "Ann")).body.id;
      await signUp("bob@example.com", "Bob");
      [ann, bob] = await Promise.all([login("ann@example.com"), login("bob@example.com")]);
    });
    afterAll(async () => {
      expect(await blog.stop()).toEqual({ code: 0, errors: "" });
    });

    it("prints its routes and lines to paste", () => {
      for (const route of ["POST /users", "POST /login", "GET /me", "GET /posts", "PATCH /posts/{id}"]) {
        expect(blog.output()).toContain(`  ${route}\n`);
      }
      expect(blog.output().match(/^ {2}(TOKEN=\$\()?curl /gm)).toHaveLength(4);
    });

    it("documents itself: valid to two validators, and each request that it shows gets the response that it says", async () => {
      expect(await validateOpenApi(document)).toEqual(valid);
      const { body: post } = await call("POST", "/posts", { token: ann, body: { title: "Mine", text: "" } });
      const ids: Record<string, string> = { users: annId, posts: post.id };
      const responded: [string, number][] = [];
      for (const { method, path, headers, body, signedIn, operationId } of exampleRequests(document)) {
        // What the document can't know is the id of an object that is there.
        const there = path.replace(
          /^\/(users|posts)\/[^/]+$/,
          (_all, name: string) => `/${name}/${ids[name]}`,
        );
        const token = signedIn ? ann : undefined;
        const { status } = await call(method, there, { ...(token && { token }), body, headers });
        responded.push([operationId, status]);
      }
      expect(responded).toEqual([
        // The very user of the examples is there already, and may log in.
        ["postUsers", 409],
        ["postLogin", 200],
        ["getMe", 200],
        ["getUsersId", 200],
        ["postsCreate", 201],
        ["postsList", 200],
        ["postsRetrieve", 200],
        ["postsUpdatePut", 200],
        ["postsUpdate", 200],
        ["postsDelete", 204],
      ]);
    });

    it("signs up: 201, the address, and never the password", async () => {
      const { status, headers, body } = await signUp("cleo@example.com", "Cleo");
      expect({ status, location: headers.get("location") }).toEqual({
        status: 201,
        location: `/users/${body.id}`,
      });
      expect(body).toEqual({
        id: expect.any(String),
        email: "cleo@example.com",
        name: "Cleo",
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      });
    });

    it.each([
      [{}, { code: 400, message: "Missing key(s): email, password" }],
      [{ email: "x@y.zz" }, { code: 400, message: "Missing key(s): password" }],
      ["{", { code: 400, message: "Malformed body" }],
      ["[]", { code: 400, message: "The body must be an object" }],
      [
        { email: "nope", password: "short" },
        {
          code: 400,
          message: "Validation failed",
          errors: [
            { field: "email", message: 'must match format "email"' },
            { field: "password", message: "must not have fewer than 8 characters" },
          ],
        },
      ],
    ])("refuses to sign up with %j", async (body, expected) => {
      expect(await call("POST", "/users", { body })).toMatchObject({ status: 400, body: expected });
    });

    it("refuses a second user of an address, whatever its case: 409", async () => {
      const response = await signUp("ANN@example.com", "Ann again");
      expect(response).toMatchObject({
        status: 409,
        body: { code: 409, message: "Duplicate email", field: "email" },
      });
    });

    it.each([
      { email: "ann@example.com", password: "wrong" },
      { email: "nobody@example.com", password: "correct horse" },
      { email: 5, password: {} },
    ])("refuses to log in with %j: 401 that does not say why", async body => {
      const response = await call("POST", "/login", { body });
      expect(response).toMatchObject({ status: 401, body: { code: 401, message: "Unauthorized" } });
      expect(response.headers.get("www-authenticate")).toBe("Bearer");
    });

    it("says who is signed in, and refuses a stranger or a forged token", async () => {
      const me = await call("GET", "/me", { token: ann });
      expect(me).toMatchObject({ status: 200, body: { id: annId, email: "ann@example.com", name: "Ann" } });
      expect(me.body).not.toHaveProperty("password");
      for (const token of [undefined, "", "x.y.z", `${ann}x`]) {
        expect(await call("GET", "/me", { token })).toMatchObject({ status: 401 });
      }
    });

    it("shows others a user without the address", async () => {
      expect(await call("GET", `/users/${annId}`, { token: bob })).toMatchObject({
        status: 200,
        body: { id: annId, name: "Ann" },
      });
      expect((await call("GET", `/users/${annId}`, { token: bob })).body).not.toHaveProperty("email");
    });

    it("creates, reads, changes and deletes a post; a stale change is 412", async () => {
      const created = await call("POST", "/posts", {
        token: ann,
        body: { title: "One", text: "Text", author: "forged" },
      });
      expect(created).toMatchObject({
        status: 201,
        body: { title: "One", text: "Text", tags: [], author: annId },
      });
      const path = `/posts/${created.body.id}`;
      expect(created.headers.get("location")).toBe(path);

      const read = await call("GET", path);
      expect(read).toMatchObject({ status: 200, body: created.body });
      const etag = read.headers.get("etag") as string;
      expect(await call("GET", path, { headers: { "if-none-match": etag } })).toMatchObject({
        status: 304,
        body: "",
      });

      const headers = { "if-match": etag };
      const changed = await call("PATCH", path, { token: ann, body: { title: "Two" }, headers });
      expect(changed).toMatchObject({ status: 200, body: { ...created.body, title: "Two" } });
      expect(await call("PATCH", path, { token: ann, body: { title: "Three" }, headers })).toMatchObject({
        status: 412,
        body: { code: 412, message: "Precondition Failed" },
      });

      const merge = { "content-type": "application/merge-patch+json" };
      expect(await call("PATCH", path, { token: ann, body: { tags: ["a"] }, headers: merge })).toMatchObject({
        status: 200,
        body: { title: "Two", tags: ["a"] },
      });
      const patch = { "content-type": "application/json-patch+json" };
      const operations = [{ op: "add", path: "/tags/-", value: "b" }];
      expect(await call("PATCH", path, { token: ann, body: operations, headers: patch })).toMatchObject({
        status: 200,
        body: { title: "Two", tags: ["a", "b"] },
      });

      expect(await call("DELETE", path, { token: ann })).toMatchObject({ status: 204, body: "" });
      for (const method of ["GET", "PATCH", "DELETE"]) {
        const body = method === "PATCH" ? { title: "x" } : undefined;
        expect(await call(method, path, { token: ann, body })).toMatchObject({
          status: 404,
          body: { code: 404, message: "Resource Not Found" },
        });
      }
    });

    it("hides others' posts from writes, not from readers", async () => {
      const { body: post } = await call("POST", "/posts", { token: ann, body: { title: "Mine", text: "" } });
      const path = `/posts/${post.id}`;
      expect(await call("PATCH", path, { token: bob, body: { title: "Stolen" } })).toMatchObject({
        status: 404,
      });
      expect(await call("DELETE", path, { token: bob })).toMatchObject({ status: 404 });
      expect(await call("PATCH", path, { body: { title: "Stolen" } })).toMatchObject({ status: 401 });
      expect(await call("GET", path)).toMatchObject({ status: 200, body: { title: "Mine", author: annId } });
    });

    it("loses no change of many at once: each succeeds or gets the conflict", async () => {
      const { body: post } = await call("POST", "/posts", { token: bob, body: { title: "0", text: "" } });
      const path = `/posts/${post.id}`;
      async function increment(): Promise<void> {
        for (;;) {
          const { headers, body } = await call("GET", path);
          const { status } = await call("PATCH", path, {
            token: bob,
            body: { title: String(Number(body.title) + 1) },
            headers: { "if-match": headers.get("etag") as string },
          });
          if (status === 200) return;
          expect([409, 412]).toContain(status);
        }
      }
      await Promise.all(Array.from({ length: 20 }, increment));
      expect((await call("GET", path)).body.title).toBe("20");
    });

    it("lists page by page, filtered, searched and ordered, until there is no next", async () => {
      for (let index = 0; index < 7; index++) {
        await call("POST", "/posts", {
          token: bob,
          body: { title: `page ${index}`, text: "needle", tags: [] },
        });
      }
      const titles: string[] = [];
      let next: string | undefined = `/posts?limit=3&q=needle&order=-${anyOrder ? "title" : "createdAt"}`;
      let pages = 0;
      while (next !== undefined) {
        const { status, headers, body } = await call("GET", next);
        expect(status).toBe(200);
        titles.push(...body.map(({ title }: { title: string }) => title));
        next = /<([^>]+)>; rel="next"/.exec(headers.get("link") ?? "")?.[1];
        pages++;
      }
      expect(pages).toBe(3);
      expect(titles).toEqual([6, 5, 4, 3, 2, 1, 0].map(index => `page ${index}`));

      const byAnn = await call("GET", `/posts?author=${annId}&limit=100`);
      expect(new Set(byAnn.body.map(({ author }: { author: string }) => author))).toEqual(new Set([annId]));
    });

    it.runIf(!anyOrder)("refuses an order that no index holds: 400 naming the index", async () => {
      expect(await call("GET", "/posts?order=title")).toMatchObject({
        status: 400,
        body: { code: 400, message: expect.stringContaining("title") },
      });
    });

    it.each([
      ["limit=x", "limit must be a whole number of at least 1", "limit"],
      ["limit=0", "limit must be a whole number of at least 1", "limit"],
      ["offset=-1", "offset must be a whole number of at least 0", "offset"],
      ["cursor=forged", "Invalid cursor", "cursor"],
      ["password=x", "Unknown parameter: password", "password"],
    ])("refuses ?%s: 400 naming the parameter", async (query, message, field) => {
      expect(await call("GET", `/posts?${query}`)).toMatchObject({
        status: 400,
        body: { code: 400, message, field },
      });
    });

    it("answers preflight requests", async () => {
      const headers = { origin: "https://example.com", "access-control-request-method": "PATCH" };
      const response = await call("OPTIONS", "/posts/1", { headers });
      expect(response).toMatchObject({ status: 204, body: "" });
      expect(response.headers.get("access-control-allow-methods")).toBe("*");
    });
  });
}
