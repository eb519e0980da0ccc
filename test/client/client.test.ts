import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ClientError, client, unwrap } from "../../client/index.ts";
import {
  api,
  BadRequest,
  createHandler,
  errors,
  type FormFile,
  formBody,
  HttpError,
  httpPreset,
  multipart,
  pick,
  pipeline,
  rawBody,
  requireKeys,
  resource,
  respond,
  serialize,
} from "../../src/index.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { type DevServer, serve } from "../../tools/dev/index.ts";

interface Post {
  id: string;
  title: string;
  text: string | null;
  rank: number;
  createdAt: Date;
}
interface Seen {
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  body: string | undefined;
}

const Posts = memoryModel<Post>({ name: "Post" });
const posts = resource(Posts, {
  serializer: pick("id", "title", "text", "rank", "createdAt"),
  required: ["title"],
  optional: ["text", "rank"],
  defaults: () => ({ createdAt: new Date("2026-01-02T03:04:05Z") }),
  list: { filters: ["rank", "title"], ordering: ["rank", "title"], limit: 2 },
});
const enveloped = resource(Posts, {
  serializer: pick("title"),
  list: { envelope: true, ordering: ["rank"], count: true },
  create: false,
  retrieve: false,
  update: false,
  delete: false,
});
const login = pipeline(
  [...httpPreset<{ email: string; password: string }>(), requireKeys(["email", "password"])],
  async ({ body }) => ({ token: `of ${body.email}` }),
);
/** Says what it was sent. */
const mirror = pipeline([errors(), serialize()], async (event): Promise<Seen> => {
  const { http } = event.requestContext as { http: { method: string } };
  return {
    method: http.method,
    path: event.rawPath as string,
    query: event.rawQueryString as string,
    headers: event.headers as Record<string, string>,
    body: event.body ?? undefined,
  };
});
const refuse = pipeline([errors(), serialize()], async event => {
  if (event.rawQueryString === "many") {
    throw new BadRequest("Validation failed", { errors: [{ field: "a", message: "is required" }] });
  }
  if (event.rawQueryString === "code")
    throw new HttpError(402, "Pay first", { code: "unpaid", field: "plan" });
  if (event.rawQueryString === "problem") {
    const body = JSON.stringify({ type: "about:blank", title: "Conflict", status: 409, detail: "Too late" });
    return { statusCode: 409, headers: { "content-type": "application/problem+json" }, body };
  }
  if (event.rawQueryString === "html") {
    return { statusCode: 502, headers: { "content-type": "text/html" }, body: "<h1>Bad Gateway</h1>" };
  }
  if (event.rawQueryString === "broken") {
    return { statusCode: 200, headers: { "content-type": "application/json" }, body: '{"half' };
  }
  return { statusCode: 503 };
});

/** Says what arrived of a form. */
const upload = pipeline(
  [errors(), multipart<{ title: string; photo: FormFile }>(), serialize()],
  ({ body }) => ({
    title: body.title,
    photo: { ...body.photo, bytes: body.photo.bytes.toString("hex") },
  }),
);
const token = pipeline(
  [errors(), formBody<{ code: string }>(), requireKeys(["code"]), serialize()],
  ({ body }) => body,
);
const bytes = Buffer.from([0, 0xff, 0x89, 0x0a]);
const png = pipeline([errors(), serialize()], () =>
  respond({ headers: { "content-type": "image/png" }, body: bytes }),
);
/** Gives the bytes back that it was sent, as what the query says. */
const same = pipeline([errors(), serialize()], event =>
  respond({
    headers: { "content-type": new URLSearchParams(event.rawQueryString as string).get("type") ?? "" },
    body: rawBody(event),
  }),
);

const blog = api(
  {
    posts,
    pages: enveloped,
    "orgs/{org}/posts": { create: createHandler(Posts, { required: ["title"] }) },
    "POST /login": login,
    "ANY /mirror": mirror,
    "GET /mirror/{a}/{b+}": mirror,
    "GET /refuse": refuse,
    "POST /upload": upload,
    "POST /token": token,
    "GET /png": png,
    "GET /bytes": pipeline([errors(), serialize()], () => bytes),
  },
  { prefix: "/v1" },
);

let server: DevServer;
let calls: ReturnType<typeof client<typeof blog>>;

beforeAll(async () => {
  server = await serve(blog.routeTable, { port: 0, log: false });
  calls = client<typeof blog>(`${server.url}/v1/`);
});
afterAll(() => server.close());
beforeEach(async () => {
  for await (const post of Posts.objects) await Posts.delete(post);
});

describe("a resource", () => {
  it("is created, read, changed, replaced, listed and removed", async () => {
    const made = await calls.posts.create({ title: "One", rank: 1 });
    expect(made).toEqual({
      ok: true,
      status: 201,
      data: { id: expect.any(String), title: "One", rank: 1, createdAt: "2026-01-02T03:04:05.000Z" },
      headers: expect.any(Headers),
    });
    const { id } = unwrap(made);
    expect(made.headers.get("location")).toBe(`/v1/posts/${id}`);
    expect(unwrap(await calls.posts.retrieve(id)).title).toBe("One");
    expect(unwrap(await calls.posts.update(id, { text: "x" }))).toMatchObject({ title: "One", text: "x" });
    expect(unwrap(await calls.posts.update(id, { text: null }))).toMatchObject({ title: "One", text: null });
    expect(unwrap(await calls.posts.replace(id, { title: "Two" }))).toMatchObject({ title: "Two", rank: 1 });
    expect(unwrap(await calls.posts.list()).map(({ title }) => title)).toEqual(["Two"]);
    const removed = await calls.posts.delete(id);
    expect([removed.ok, removed.status, removed.data]).toEqual([true, 204, undefined]);
    const gone = await calls.posts.retrieve(id);
    expect(gone).toEqual({
      ok: false,
      status: 404,
      error: { code: 404, message: "Resource Not Found" },
      headers: expect.any(Headers),
    });
  });

  it("finds an object whose id has characters of a path", async () => {
    await Posts.create({ id: "a/b c?ü", title: "odd", rank: 1 });
    expect(unwrap(await calls.posts.retrieve("a/b c?ü")).title).toBe("odd");
  });

  it("is filtered, ordered and paged", async () => {
    for (const rank of [3, 1, 2, 5, 4]) await Posts.create({ title: `t${rank}`, rank });
    const ranks = async (query: Parameters<typeof calls.posts.list>[0]): Promise<number[]> =>
      unwrap(await calls.posts.list(query)).map(({ rank }) => rank);
    expect(await ranks({ order: "-rank", limit: 3 })).toEqual([5, 4, 3]);
    expect(await ranks({ order: ["title", "-rank"], "rank[gt]": 2, "rank[lte]": 4 })).toEqual([3, 4]);
    expect(await ranks({ rank: [1, 2] })).toEqual([1, 2]);
    expect(await ranks({ order: "rank", offset: 4 })).toEqual([5]);
    expect(await ranks({ title: "t,1" })).toEqual([]);
  });

  it("is walked page by page, by Link and by an envelope", async () => {
    for (const rank of [1, 2, 3, 4, 5]) await Posts.create({ title: `t${rank}`, rank });
    const seen: number[] = [];
    for await (const { rank } of calls.posts.each({ order: "rank", "rank[ne]": 2 })) seen.push(rank);
    expect(seen).toEqual([1, 3, 4, 5]);
    const titles: string[] = [];
    for await (const { title } of calls.pages.each({ order: "-rank", limit: 2 })) titles.push(title);
    expect(titles).toEqual(["t5", "t4", "t3", "t2", "t1"]);
    const page = unwrap(await calls.pages.list({ limit: 2, count: true }));
    expect([page.items.length, page.total, page.next?.startsWith("/v1/pages?")]).toEqual([2, 5, true]);
  });

  it("ends a walk with an error when a page is refused", async () => {
    const walk = async (): Promise<void> => {
      for await (const _post of calls.posts.each({ cursor: "forged" })) throw new Error("a post");
    };
    const error = await walk().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ClientError);
    expect(error).toMatchObject({ name: "ClientError", status: 400, error: { code: 400, field: "cursor" } });
  });

  it("may stand under a path with variables", async () => {
    const nested = calls["orgs/{org}/posts"];
    const made = await nested.create({ title: "x" }, { params: { org: "a b" } });
    expect(made.headers.get("location")).toMatch(/^\/v1\/orgs\/a%20b\/posts\//);
    // @ts-expect-error what a caller without types may do
    await expect(nested.create({ title: "x" })).rejects.toThrow(
      new TypeError('client: "/orgs/{org}/posts" needs params.org'),
    );
    await expect(calls.posts.retrieve("")).rejects.toThrow(
      new TypeError('client: "/posts/{id}" needs params.id'),
    );
  });

  it("never leaves its place: what URLs take for steps is refused before anything is sent", async () => {
    let sent = 0;
    const counted = client<typeof blog>("https://example.com/v1", {
      fetch: async () => {
        sent += 1;
        return Response.json([]);
      },
    });
    for (const id of [".", "..", ""]) {
      for (const call of [
        () => counted.posts.retrieve(id),
        () => counted.posts.update(id, { title: "x" }),
        () => counted.posts.replace(id, { title: "x" }),
        () => counted.posts.delete(id),
        () => counted["orgs/{org}/posts"].create({ title: "x" }, { params: { org: id } }),
        () => counted["GET /mirror/{a}/{b+}"]({ params: { a: "x", b: id } }),
        () => counted["GET /mirror/{a}/{b+}"]({ params: { a: "x", b: `a/${id}/b` } }),
        () => counted["GET /mirror/{a}/{b+}"]({ params: { a: "x", b: `a/${id}` } }),
        () => counted["GET /mirror/{a}/{b+}"]({ params: { a: id, b: "a" } }),
      ]) {
        await expect(call(), JSON.stringify(id)).rejects.toThrow(TypeError);
      }
    }
    await expect(counted.posts.delete("\ud800")).rejects.toThrow(TypeError);
    await expect(counted.posts.delete("..")).rejects.toThrow(
      new TypeError('client: params.id can\'t have ".." as a segment of the path'),
    );
    expect(sent).toBe(0);
  });

  it("sends any other text so that it arrives as itself", async () => {
    const urls: string[] = [];
    const counted = client<typeof blog>("https://example.com/v1", {
      fetch: async url => {
        urls.push(url);
        return Response.json({});
      },
    });
    const ids = [
      "%2e%2e",
      "%2E.",
      "..%2f..",
      "...",
      ". .",
      "..;",
      "\\..\\",
      "%",
      "%00",
      "\t..",
      "é/x",
      "?#",
      "\0",
      "😀",
    ];
    for (const id of ids) {
      await counted.posts.retrieve(id);
      await counted["GET /mirror/{a}/{b+}"]({ params: { a: id, b: id } });
    }
    const arrived = urls.map(url => new URL(url).pathname.split("/").slice(3).map(decodeURIComponent));
    expect(arrived).toEqual(ids.flatMap(id => [[id], [id, ...id.split("/")]]));
  });
});

describe("a single handler", () => {
  it("is called by its route key", async () => {
    const result = await calls["POST /login"]({ body: { email: "ann@example.com", password: "x" } });
    expect(result).toEqual({
      ok: true,
      status: 200,
      data: { token: "of ann@example.com" },
      headers: expect.any(Headers),
    });
  });

  it("gets its variables, encoded once, and a greedy one with its slashes", async () => {
    const { path } = unwrap(
      await calls["GET /mirror/{a}/{b+}"]({ params: { a: "x/y", b: "c d/e%" } }),
    ) as Seen;
    expect(path).toBe("/v1/mirror/x/y/c d/e%");
  });

  it("of any method takes one, and what else fetch takes", async () => {
    const seen = unwrap(
      await calls["ANY /mirror"]({ method: "PATCH", headers: { "X-Tenant": "t1" } }),
    ) as Seen;
    expect([seen.method, seen.headers["x-tenant"], seen.headers["content-type"]]).toEqual([
      "PATCH",
      "t1",
      undefined,
    ]);
  });
});

describe("the options", () => {
  const mirrored = async (options: Parameters<typeof client>[1]): Promise<Seen> =>
    unwrap(await client<typeof blog>(`${server.url}/v1`, options)["ANY /mirror"]({ method: "GET" })) as Seen;

  it("send a token, asked for again each time", async () => {
    expect((await mirrored({ token: "t1" })).headers.authorization).toBe("Bearer t1");
    let count = 0;
    const token = async () => `t${++count}`;
    expect((await mirrored({ token })).headers.authorization).toBe("Bearer t1");
    expect((await mirrored({ token })).headers.authorization).toBe("Bearer t2");
    expect((await mirrored({ token: () => undefined })).headers.authorization).toBe(undefined);
  });

  it("send headers, which those of a call replace", async () => {
    expect((await mirrored({ headers: { "X-Tenant": "a" } })).headers["x-tenant"]).toBe("a");
    const calls = client<typeof blog>(`${server.url}/v1`, { headers: { "X-Tenant": "a" }, token: "t" });
    const options = { method: "GET", headers: { "x-tenant": "b", authorization: "Basic x" } };
    const { headers } = unwrap(await calls["ANY /mirror"](options)) as Seen;
    expect([headers["x-tenant"], headers.authorization]).toEqual(["b", "Basic x"]);
  });

  it("replace fetch", async () => {
    const urls: string[] = [];
    const fake = async (url: string): Promise<Response> => {
      urls.push(url);
      return Response.json({ token: "x" });
    };
    const calls = client<typeof blog>("/v1", { fetch: fake });
    expect(unwrap(await calls["POST /login"]({ body: { email: "a", password: "b" } }))).toEqual({
      token: "x",
    });
    expect(urls).toEqual(["/v1/login"]);
  });

  it("refuse an address that is none", () => {
    for (const wrong of ["", "example.com", "javascript:alert(1)"]) {
      expect(() => client<typeof blog>(wrong)).toThrow(
        new TypeError('client: baseUrl must be like "https://example.com/v1", or "/v1" in a browser'),
      );
    }
  });
});

describe("a failure", () => {
  const refused = async (how: string) => {
    const calls = client<typeof blog>(`${server.url}/v1`, {
      fetch: (url, init) => fetch(`${url}?${how}`, init),
    });
    return calls["GET /refuse"]();
  };

  it.each([
    [
      "many",
      400,
      { code: 400, message: "Validation failed", errors: [{ field: "a", message: "is required" }] },
    ],
    ["code", 402, { code: "unpaid", message: "Pay first", field: "plan" }],
    ["problem", 409, { code: 409, message: "Too late" }],
    ["html", 502, { code: 502, message: "<h1>Bad Gateway</h1>" }],
    ["", 503, { code: 503, message: "Service Unavailable" }],
  ])("says what the API said: %s", async (how, status, error) => {
    expect(await refused(how)).toEqual({ ok: false, status, error, headers: expect.any(Headers) });
  });

  it("leaves JSON that is broken as text", async () => {
    expect(unwrap(await refused("broken"))).toBe('{"half');
  });

  it("of the network is a result too, with what fetch threw", async () => {
    const nowhere = client<typeof blog>("http://127.0.0.1:1");
    const result = await nowhere.posts.list();
    expect(result).toMatchObject({
      ok: false,
      status: 0,
      error: { code: "network", message: "fetch failed" },
    });
    expect("cause" in result && result.cause).toBeInstanceOf(TypeError);
    expect(() => unwrap(result)).toThrow(ClientError);
  });

  it("of a request that was ended is one as well", async () => {
    const signal = AbortSignal.abort();
    const result = await calls.posts.list({}, { signal });
    expect(result).toMatchObject({ ok: false, status: 0, error: { code: "network" } });
  });
});

describe("the client", () => {
  it("may be awaited and looked at", async () => {
    expect(await calls).toBe(calls);
    expect(String(Object.prototype.toString.call(calls))).toBe("[object Object]");
    expect(calls.posts).toBe(calls.posts);
  });
});

describe("bytes and forms", () => {
  it("come as bytes unless their type says text", async () => {
    expect(unwrap(await calls["GET /png"]())).toEqual(new Uint8Array(bytes));
    expect(unwrap(await calls["GET /bytes"]())).toEqual(new Uint8Array(bytes));
    const echo = api({ "POST /same": same });
    const served = await serve(echo.routeTable, { port: 0, log: false });
    const echoed = client<typeof echo>(served.url);
    try {
      const cases: [type: string, sent: Uint8Array, seen: unknown][] = [
        ["application/octet-stream", bytes, new Uint8Array(bytes)],
        ["application/pdf", Buffer.from("%PDF"), new Uint8Array(Buffer.from("%PDF"))],
        ["text/plain", Buffer.from("\u00e9"), "\u00e9"],
        ["image/svg+xml", Buffer.from("<svg/>"), "<svg/>"],
        ["application/json; charset=utf-8", Buffer.from("[1]"), [1]],
        ["application/vnd.x+json", Buffer.from("[1]"), [1]],
        ["text/plain", bytes, new Uint8Array(bytes)],
        ["application/json", bytes, new Uint8Array(bytes)],
        ["image/png", Buffer.alloc(0), undefined],
      ];
      for (const [type, sent, seen] of cases) {
        const response = await echoed["POST /same"]({ body: sent, query: { type } } as never);
        expect([type, response.data]).toEqual([type, seen]);
      }
    } finally {
      await served.close();
    }
  });

  it("go as they are", async () => {
    const form = new FormData();
    form.append("title", "\u00e9");
    form.append("photo", new Blob([bytes], { type: "image/png" }), "a.png");
    expect(unwrap(await calls["POST /upload"]({ body: form }))).toEqual({
      title: "\u00e9",
      photo: { filename: "a.png", type: "image/png", bytes: bytes.toString("hex") },
    });
    const code = await calls["POST /token"]({ body: new URLSearchParams({ code: "a b&c", other: "x" }) });
    expect(unwrap(code)).toEqual({ code: "a b&c" });
    const lacking = await calls["POST /token"]({ body: new URLSearchParams() });
    expect(lacking.error).toEqual({ code: 400, message: "Missing key(s): code" });
  });

  it("that are refused are reported like all else", async () => {
    const { status, error } = await calls["POST /upload"]({ body: { title: "x" } as never });
    expect([status, error]).toEqual([415, { code: 415, message: "Unsupported Media Type" }]);
  });
});
