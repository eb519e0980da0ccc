import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { resource } from "../../api/resource.ts";
import { bulkCreateHandler } from "../../generics/bulkCreateHandler.ts";
import { bulkDeleteHandler } from "../../generics/bulkDeleteHandler.ts";
import { listHandler } from "../../generics/listHandler.ts";
import { retrieveHandler } from "../../generics/retrieveHandler.ts";
import { signJwt } from "../../src/auth/jwt.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { Model, Queryset } from "../../src/models/types.ts";
import { pick } from "../../src/serializers/pick.ts";
import { sources, type TestRequest } from "../support/events.ts";
import { send, type TestResponse } from "../support/send.ts";

interface Note {
  id: string;
  slug: string;
  owner: string;
  text: string | null;
  rank: number;
}
const fields = { id: "text", slug: "text", owner: "text", text: "text", rank: "integer" } as const;
const folder = mkdtempSync(join(tmpdir(), "tsverless-scope-"));
const db = sqlite(join(folder, "scope.sqlite"));
afterAll(async () => {
  await db.destroy();
  rmSync(folder, { recursive: true });
});
let tables = 0;
const engines: [string, () => Model<Note>][] = [
  ["memoryModel", () => memoryModel<Note>({ name: "Note", fields })],
  [
    "sqlModel on an SQLite file",
    () => sqlModel<Note>({ db, name: "Note", table: `notes${tables++}`, columns: fields }),
  ],
];

const secret = "a secret of at least 32 bytes, for tests";
const Users = memoryModel<{ id: string }>({ name: "User", objects: [{ id: "ann" }, { id: "bob" }] });
const auth = { model: Users, secret };
const bearer = async (sub: string): Promise<Record<string, string>> => ({
  Authorization: `Bearer ${await signJwt({ sub }, { secret })}`,
});
const [ann, bob] = [await bearer("ann"), await bearer("bob")];

type Request = Omit<TestRequest, "body"> & { body?: unknown };
type Handler = Parameters<typeof send>[0];
type Query = readonly (readonly [string, string])[];
interface Caller {
  user: { id: string };
}

const serializer = pick("id", "slug", "owner", "text", "rank");
/** How a scope may be given. */
const scopes: [string, (mine: Queryset<Note>) => Queryset<Note> | Promise<Queryset<Note> | Note[]>][] = [
  ["a queryset", mine => mine],
  ["a promise of a list", async mine => (await mine.page({})).items],
];
const combinations = engines.flatMap(([engine, make]) =>
  scopes.map(([form, as]) => [engine, form, make, as] as const),
);

describe.each(combinations)("on %s, scoped by %s,", (_engine, form, make, as) => {
  /** A list admits nothing new. */
  const isOpen = form === "a queryset";
  let Notes: Model<Note>;
  let handlers: ReturnType<typeof handlersOf>;
  let bobs: Note[];

  function handlersOf() {
    const queryset = (_event: unknown, { user }: Caller) => as(Notes.objects.filter({ owner: user.id }));
    const body = { required: ["slug"], optional: ["text", "rank"] } as const;
    const lists = {
      filters: ["id", "owner", "text", "rank", "slug"],
      ordering: ["owner", "rank"],
      search: ["text", "slug"],
    } as const;
    const notes = resource(Notes, {
      auth,
      serializer,
      ...body,
      ...lists,
      queryset,
      count: true,
      defaults: ({ context }) => ({ owner: context.user.id }),
      // Even where a client may name an owner, it is not the client who says it.
      create: { optional: ["text", "owner"] },
      update: { upsert: true, replace: true },
    });
    const defaults = ({ context }: { context: Caller }) => ({ owner: context.user.id });
    return {
      ...notes,
      bySlug: retrieveHandler(Notes, { auth, serializer, queryset, param: "slug", lookup: "slug" }),
      everything: listHandler(Notes, { serializer, ...lists }),
      bulkCreate: bulkCreateHandler(Notes, {
        auth,
        required: ["slug"],
        optional: ["owner"],
        defaults,
        queryset,
      }),
      bulkDelete: bulkDeleteHandler(Notes, { auth, queryset }),
    };
  }

  beforeEach(async () => {
    Notes = make();
    for (let n = 0; n < 6; n++) {
      const owner = n % 2 === 0 ? "ann" : "bob";
      await Notes.create({ id: `n${n}`, slug: `slug-${n}`, owner, text: `hidden by ${owner} ${n}`, rank: n });
    }
    bobs = (await Notes.objects.filter({ owner: "bob" }).page({})).items;
    handlers = handlersOf();
  });
  const untouched = async (): Promise<void> => {
    expect((await Notes.objects.filter({ owner: "bob" }).page({})).items).toEqual(bobs);
  };
  const one = (handler: Handler, id: string, request: Request = {}, as = ann): Promise<TestResponse> =>
    send(handler, "http", {
      path: `/notes/${id}`,
      pathParameters: { id, slug: id },
      ...request,
      headers: { ...as, ...(request.headers as Record<string, string>) },
    });
  const list = (query: Query, headers = ann, handler: Handler = handlers.list): Promise<TestResponse> =>
    send(handler, "http", { path: "/notes", query, headers });
  /** Either refused, or nothing but the caller's own. */
  function isBounded(response: TestResponse, owner = "ann"): void {
    if (response.status === 400) return;
    expect(response.status).toBe(200);
    for (const note of response.body as Note[]) expect(note.owner).toBe(owner);
    expect(JSON.stringify(response)).not.toContain(`hidden by ${owner === "ann" ? "bob" : "ann"}`);
  }
  const json = { "Content-Type": "application/json" };
  const merge = { "Content-Type": "application/merge-patch+json" };
  const patch = { "Content-Type": "application/json-patch+json" };

  it("another's object answers as one that does not exist, whatever the verb and the condition", async () => {
    const { etag } = (await one(handlers.retrieve, "n1", {}, bob)).headers;
    expect(etag).toMatch(/^"/);
    const conditions: Record<string, string>[] = [
      {},
      { "If-None-Match": etag as string },
      { "If-None-Match": `W/${etag}` },
      { "If-None-Match": "*" },
      { "If-Match": etag as string },
      { "If-Match": "*" },
      { "If-Match": '"x"' },
      { "If-Match": etag as string, "If-None-Match": "*" },
    ];
    const changes: Request[] = [
      { method: "PATCH", headers: json, body: { slug: "mine" } },
      { method: "PATCH", headers: json, body: "{" },
      { method: "PATCH", headers: json, body: {} },
      { method: "PATCH", headers: merge, body: { owner: "ann" } },
      { method: "PATCH", headers: patch, body: [{ op: "test", path: "/text", value: "hidden by bob 1" }] },
      { method: "PUT", headers: merge, body: { slug: "mine" } },
      { method: "PUT", headers: patch, body: [] },
    ];
    for (const headers of conditions) {
      const asked: [Handler, Request][] = [
        [handlers.retrieve, {}],
        [handlers.delete, { method: "DELETE" }],
        ...changes.map((change): [Handler, Request] => [handlers.update, change]),
      ];
      for (const [handler, request] of asked) {
        const all = { ...request, headers: { ...(request.headers as object), ...headers } };
        const others = await one(handler, "n1", all);
        expect(others).toEqual(await one(handler, "none", all));
        expect(others.status, JSON.stringify([request, headers])).toBeGreaterThanOrEqual(400);
        expect(others.headers).not.toHaveProperty("etag");
      }
      const slug = await one(handlers.bySlug, "slug-1", { headers });
      expect(slug).toEqual(await one(handlers.bySlug, "none", { headers }));
      expect(slug.status).toBe(404);
    }
    await untouched();
  });

  it("a PUT that upserts neither overwrites nor shows another's object", async () => {
    const { etag } = (await one(handlers.retrieve, "n1", {}, bob)).headers;
    const put = (headers: Record<string, string>, id = "n1"): Promise<TestResponse> =>
      one(handlers.update, id, { method: "PUT", headers, body: { slug: "mine", owner: "ann" } });
    for (const headers of [{}, { "If-None-Match": "*" }, { "If-None-Match": etag as string }]) {
      expect(await put(headers as Record<string, string>)).toMatchObject({
        status: 404,
        body: { code: 404, message: "Resource Not Found" },
      });
    }
    for (const match of ["*", etag as string]) {
      expect(await put({ "If-Match": match })).toEqual(await put({ "If-Match": match }, "none"));
    }
    await untouched();
    const made = await one(handlers.update, "new", { method: "PUT", body: { slug: "x", owner: "bob" } });
    expect([made.status, (made.body as Note).owner]).toEqual(isOpen ? [201, "ann"] : [404, undefined]);
    await untouched();
  });

  it("no owner can be forged by create, bulk, JSON or a patch", async () => {
    for (const owner of ["bob", null, ["bob"], { eq: "bob" }]) {
      const created = await send(handlers.create, "http", {
        method: "POST",
        path: "/notes",
        headers: ann,
        body: { slug: "s", owner, id: "n1" },
      });
      expect([created.status, (created.body as Note).owner]).toEqual(
        isOpen ? [201, "ann"] : [404, undefined],
      );
      const bulk = await send(handlers.bulkCreate, "http", {
        method: "POST",
        path: "/notes",
        headers: ann,
        body: [{ slug: "s", owner, id: "n1" }],
      });
      expect(bulk.status).toBe(isOpen ? 201 : 207);
      expect((bulk.body as { status: number }[]).map(({ status }) => status)).toEqual([isOpen ? 201 : 404]);
    }
    const moves: [Record<string, string>, unknown][] = [
      [json, { slug: "s", owner: "bob" }],
      [merge, { slug: "s", owner: "bob" }],
      [merge, { owner: null }],
      [patch, [{ op: "replace", path: "/owner", value: "bob" }]],
      [patch, [{ op: "remove", path: "/owner" }]],
      [patch, [{ op: "copy", from: "/owner", path: "/text" }]],
      [patch, [{ op: "move", from: "/text", path: "/owner" }]],
      [patch, [{ op: "add", path: "", value: { owner: "bob" } }]],
      [patch, [{ op: "replace", path: "/id", value: "n1" }]],
    ];
    for (const method of ["PATCH", "PUT"]) {
      for (const [headers, body] of moves) {
        const { status } = await one(handlers.update, "n0", { method, headers, body });
        expect([200, 400], JSON.stringify(body)).toContain(status);
        expect((await Notes.objects.get("n0"))?.owner).toBe("ann");
      }
    }
    await untouched();
  });

  it("no filter, search or order shows or counts what others own", async () => {
    const tricks: Query[] = [
      [["owner", "bob"]],
      [["owner", "ann,bob"]],
      [["owner[in]", "ann,bob"]],
      [["owner[ne]", "ann"]],
      [["owner[gte]", "a"]],
      [["owner[isNull]", "false"]],
      [["owner[eq]", "bob"]],
      [["owner[startsWith]", ""]],
      [["owner[contains]", "b"]],
      [["owner[or]", "bob"]],
      [["id", "n1"]],
      [["id[in]", "n0,n1"]],
      [["text[contains]", "bob"]],
      [["rank[gte]", "0"]],
      [["or", '[{"owner":"bob"}]']],
      [["or[0][owner]", "bob"]],
      [["or[owner]", "bob"]],
      [["not", '{"owner":"ann"}']],
      [["not[owner]", "ann"]],
      [["and", "[]"]],
      [["$or", "1"]],
      [["__proto__", "x"]],
      [["__proto__[owner]", "bob"]],
      [["constructor", "x"]],
      [["owner", "' or '1'='1"]],
      [["owner[eq]", '" or 1=1 --']],
      [
        ["owner", "ann"],
        ["owner", "bob"],
      ],
      [["q", "bob"]],
      [["q", "hidden"]],
      [["search", "%"]],
      [["q", "' or 1=1 --"]],
      [["order", "owner"]],
      [["order", "-owner,rank"]],
      [["order", "owner,(select 1)"]],
      [["offset", "0"]],
      [["offset", "3"]],
      [["offset", "-1"]],
      [["limit", "1000"]],
      [["limit", "-1"]],
      [["queryset", "all"]],
    ];
    for (const query of tricks) {
      const response = await list([...query, ["count", "true"]]);
      isBounded(response);
      if (response.status === 200) expect(Number(response.headers["total-count"])).toBeLessThanOrEqual(3);
    }
    expect((await list([["owner", "bob"]])).body).toEqual([]);
    expect((await list([["count", "true"]])).headers["total-count"]).toBe("3");
    const walked: string[] = [];
    for (let offset = 0; offset < 6; offset++) {
      const { body } = await list([
        ["limit", "1"],
        ["offset", String(offset)],
      ]);
      walked.push(...(body as Note[]).map(({ id }) => id));
    }
    expect(walked).toEqual(["n0", "n2", "n4"]);
  });

  it("a cursor of another user or of a wider list leads to nothing of theirs", async () => {
    const cursorIn = ({ headers }: TestResponse): string =>
      /cursor=([\w-]+)/.exec(String(headers.link))?.[1] as string;
    for (const order of [[], [["order", "rank"]], [["order", "-owner"]]] as Query[]) {
      const query: Query = [...order, ["limit", "1"]];
      for (const [headers, handler] of [
        [bob, handlers.list],
        [{}, handlers.everything],
      ] as const) {
        const cursor = cursorIn(await list(query, headers as Record<string, string>, handler));
        expect(cursor).toMatch(/^[\w-]{20,}$/);
        isBounded(await list([...query, ["cursor", cursor]]));
        isBounded(await list([...order, ["cursor", cursor]]));
      }
      // Whatever the cursor says, the walk of one's own list stays one's own.
      const own = cursorIn(await list(query));
      isBounded(await list([...query, ["cursor", own]]));
      isBounded(await list([...query, ["cursor", own]], bob), "bob");
    }
  });

  it("a bulk delete removes one's own alone", async () => {
    const response = await send(handlers.bulkDelete, "http", {
      method: "DELETE",
      path: "/notes",
      headers: ann,
      body: { ids: ["n1", "n0", "none", "n3"] },
    });
    const missing = { status: 404, error: { code: 404, message: "Resource Not Found" } };
    expect([response.status, response.body]).toEqual([
      207,
      [
        { ...missing, id: "n1" },
        { status: 204, id: "n0" },
        { ...missing, id: "none" },
        { ...missing, id: "n3" },
      ],
    ]);
    await untouched();
  });

  it("nobody who is not signed in gets anything, whatever the source", async () => {
    for (const source of sources) {
      for (const verb of [
        "create",
        "retrieve",
        "update",
        "delete",
        "list",
        "bulkCreate",
        "bulkDelete",
      ] as const) {
        const { status } = await send(handlers[verb], source, {
          method: "PUT",
          path: "/notes/n1",
          pathParameters: { id: "n1" },
          body: { slug: "x", ids: ["n1"] },
        });
        expect([source, verb, status]).toEqual([source, verb, 401]);
      }
      const others = await send(handlers.retrieve, source, {
        path: "/notes/n1",
        pathParameters: { id: "n1" },
        headers: ann,
      });
      expect([source, others.status]).toEqual([source, 404]);
    }
    await untouched();
  });
});
