import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { resource } from "../../api/resource.ts";
import { updateHandler } from "../../generics/updateHandler.ts";
import { signJwt } from "../../src/auth/jwt.ts";
import { Conflict } from "../../src/core/errors.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { Model } from "../../src/models/types.ts";
import { jsonSchema } from "../../src/schema/jsonSchema.ts";
import { pick } from "../../src/serializers/pick.ts";
import { decodesPaths, type EventSource, sources } from "../support/events.ts";
import { send, type TestResponse } from "../support/send.ts";

interface Page {
  id: string;
  title: string;
  text?: string | null;
  tags?: string[] | null;
  author?: string | null;
}
const fields = { id: "text", title: "text", text: "text", tags: "json", author: "text" } as const;
const folder = mkdtempSync(join(tmpdir(), "tsverless-put-"));
const db = sqlite(join(folder, "put.sqlite"));
afterAll(async () => {
  await db.destroy();
  rmSync(folder, { recursive: true });
});
let tables = 0;
const engines: [string, () => Model<Page>][] = [
  ["memoryModel", () => memoryModel<Page>({ name: "Page", fields, unique: ["title"] })],
  [
    "sqlModel on an SQLite file",
    () => sqlModel<Page>({ db, name: "Page", table: `pages${tables++}`, columns: fields, unique: ["title"] }),
  ],
];
const secret = "a secret of at least 32 bytes, for tests";
const Users = memoryModel<{ id: string }>({ name: "User", objects: [{ id: "ann" }, { id: "bob" }] });
const auth = { model: Users, secret };
const bearer = async (sub: string) => ({ Authorization: `Bearer ${await signJwt({ sub }, { secret })}` });
const [ann, bob] = [await bearer("ann"), await bearer("bob")];

const serializer = pick("id", "title", "text", "tags", "author");
type Handler = Parameters<typeof send>[0];
const got = ({ status, body }: TestResponse): unknown[] => [status, body];
const notFound = [404, { code: 404, message: "Resource Not Found" }];

const caller =
  (source: EventSource) =>
  (handler: Handler, body: unknown, headers: Record<string, string> = {}, id = "p1", method = "PUT") =>
    send(handler, source, {
      method,
      path: `/pages/${encodeURIComponent(id)}`,
      pathParameters: { id },
      headers,
      body,
    });

describe.each(sources.flatMap(source => engines.map(engine => [source, ...engine] as const)))(
  "PUT on %s with %s",
  (source, _engine, make) => {
    const put = caller(source);
    const whole = { id: "p1", title: "One", text: "long", tags: ["a"], author: "ann" };

    it("with replace takes away the optional keys that it leaves out, and no others", async () => {
      const Pages = make();
      await Pages.create(whole);
      const handler = updateHandler(Pages, {
        required: ["title"],
        optional: ["text", "tags"],
        serializer,
        replace: true,
      });
      expect((await put(handler, { text: "x" })).status).toBe(400);
      const response = await put(handler, { title: "New" });
      expect(got(response)).toEqual([200, { id: "p1", title: "New", text: null, tags: null, author: "ann" }]);
      expect(got(await put(handler, { title: "Newer", tags: [] }))).toEqual([
        200,
        { id: "p1", title: "Newer", text: null, tags: [], author: "ann" },
      ]);
    });

    it("changes only the given keys without replace, and so do PATCH and patches with it", async () => {
      const Pages = make();
      await Pages.create(whole);
      const options = { optional: ["title", "text", "tags"], serializer } as const;
      const plain = updateHandler(Pages, options);
      const replacing = updateHandler(Pages, { ...options, replace: true });
      const merge = { "Content-Type": "application/merge-patch+json" };
      expect((await put(plain, { title: "2" })).body).toEqual({ ...whole, title: "2" });
      expect((await put(replacing, { title: "3" }, {}, "p1", "PATCH")).body).toEqual({
        ...whole,
        title: "3",
      });
      expect((await put(replacing, { title: "4" }, merge)).body).toEqual({ ...whole, title: "4" });
      const patch = [{ op: "replace", path: "/title", value: "5" }];
      const type = { "Content-Type": "application/json-patch+json" };
      expect((await put(replacing, patch, type)).body).toEqual({ ...whole, title: "5" });
    });

    it("with replace takes the fields of a schema", async () => {
      const Pages = make();
      await Pages.create(whole);
      const body = z.object({
        title: z.string(),
        text: z.string().optional(),
        tags: z.array(z.string()).default([]),
      });
      const handler = updateHandler(Pages, { body, serializer, replace: true });
      expect((await put(handler, { title: "New" })).body).toEqual({
        ...whole,
        title: "New",
        text: null,
        tags: [],
      });
      expect((await put(handler, { text: "x" })).status).toBe(400);
    });

    it("with upsert creates what is missing under the id of the path", async () => {
      const Pages = make();
      const handler = updateHandler(Pages, {
        auth,
        required: ["title"],
        optional: ["text", "author"],
        serializer,
        upsert: true,
        defaults: ({ context }) => ({ author: context.user.id }),
      });
      expect(got(await put(handler, { text: "x" }, ann))).toEqual([
        400,
        { code: 400, message: "Missing key(s): title" },
      ]);
      const id = "a b&ü";
      const made = await put(handler, { title: "One", author: "bob", tags: ["dropped"] }, ann, id);
      expect(made.status).toBe(201);
      expect(made.body).toMatchObject({ id, title: "One", author: "ann" });
      // An HTTP API decodes the path, and a plain & may stand in one.
      const path = decodesPaths(source) ? encodeURI(id) : encodeURIComponent(id);
      expect(made.headers.location).toBe(`${source === "rest" ? "/dev" : ""}/pages/${path}`);
      expect(made.headers.etag).toMatch(/^".+"$/);
      const changed = await put(
        handler,
        { title: "Two" },
        { ...ann, "If-Match": made.headers.etag as string },
        id,
      );
      expect(changed.status).toBe(200);
      expect(changed.body).toMatchObject({ id, title: "Two", author: "ann" });
      expect(changed.headers).not.toHaveProperty("location");
      expect(await Pages.objects.count()).toBe(1);
    });

    it("alone creates: no other method, no patch, no malformed id, no id of the body", async () => {
      const Pages = make();
      const handler = updateHandler(Pages, { optional: ["id", "title"], serializer, upsert: true });
      for (const method of ["PATCH", "POST", "GET"]) {
        expect(got(await put(handler, { title: "x" }, {}, "p1", method))).toEqual(notFound);
      }
      for (const type of ["application/merge-patch+json", "application/json-patch+json"]) {
        expect(got(await put(handler, [], { "Content-Type": type }))).toEqual(notFound);
      }
      for (const id of ["other", 5, null, { toString: 5 }, ["p1"]]) {
        expect(got(await put(handler, { id, title: "x" }))).toEqual([
          400,
          { code: 400, message: "id can't be changed", field: "id" },
        ]);
      }
      expect(got(await put(handler, { title: "x" }, {}, "x".repeat(2000)))).toEqual(notFound);
      expect(await Pages.objects.count()).toBe(0);
      expect((await put(handler, { id: "p1", title: "x" })).status).toBe(201);
    });

    it("with upsert answers conditions on what is missing and on what is there", async () => {
      const Pages = make();
      const options = { optional: ["title"], serializer, upsert: true } as const;
      const handler = updateHandler(Pages, { ...options, requireMatch: true });
      const failed = [412, { code: 412, message: "Precondition Failed" }];
      for (const match of ["*", '"x"', ""]) {
        expect(got(await put(handler, { title: "x" }, { "If-Match": match }))).toEqual(failed);
      }
      const made = await put(handler, { title: "x" }, { "If-None-Match": "*" });
      expect(made.status).toBe(201);
      expect((await put(handler, { title: "y" })).status).toBe(428);
      const none = { "If-None-Match": "*" };
      expect(got(await put(updateHandler(Pages, options), { title: "y" }, none))).toEqual(failed);
      expect((await put(handler, { title: "y" }, { "If-Match": made.headers.etag as string })).status).toBe(
        200,
      );
      expect((await put(updateHandler(Pages, options), { title: "z" })).status).toBe(200);
    });

    it("never overwrites nor shows what is outside of the queryset", async () => {
      const Pages = make();
      const handler = updateHandler(Pages, {
        auth,
        required: ["title"],
        serializer,
        upsert: true,
        queryset: (_event, { user }) => Pages.objects.filter({ author: user.id }),
        defaults: ({ context }) => ({ author: context.user.id }),
      });
      const { etag } = (await put(handler, { title: "Ann's" }, ann)).headers;
      const before = await Pages.objects.get("p1");
      const conditions: Record<string, string>[] = [
        {},
        { "If-None-Match": "*" },
        { "If-None-Match": etag as string },
      ];
      for (const more of conditions) {
        expect(got(await put(handler, { title: "Bob's" }, { ...bob, ...more }))).toEqual(notFound);
        // Another unique field that collides reveals nothing of the object either.
        expect(got(await put(handler, { title: "Ann's" }, { ...bob, ...more }))).toEqual(notFound);
      }
      for (const match of ["*", etag as string, '"x"']) {
        const headers = { ...bob, "If-Match": match };
        const missing = await put(handler, { title: "Bob's" }, headers, "p2");
        expect(got(await put(handler, { title: "Bob's" }, headers))).toEqual(got(missing));
      }
      expect(await Pages.objects.get("p1")).toEqual(before);
      expect(await Pages.objects.count()).toBe(1);
    });

    it("of a unique field that is taken is a 409", async () => {
      const Pages = make();
      await Pages.create(whole);
      const handler = updateHandler(Pages, { required: ["title"], serializer, upsert: true });
      const none = { "If-None-Match": "*" };
      for (const headers of [{}, none] as Record<string, string>[]) {
        expect(got(await put(handler, { title: "One" }, headers, "p2"))).toEqual([
          409,
          { code: 409, message: "Duplicate title", field: "title" },
        ]);
      }
    });

    it("of two that create at once lets one win", async () => {
      const Pages = make();
      const handler = updateHandler(Pages, {
        required: ["title"],
        serializer,
        upsert: true,
        create: async data => {
          await new Promise(resolve => setTimeout(resolve, 5));
          return Pages.create(data);
        },
      });
      const race = (headers: Record<string, string>, id: string) =>
        Promise.all(["a", "b"].map(text => put(handler, { title: `${id}${text}` }, headers, id)));
      const statuses = (responses: TestResponse[]): number[] => responses.map(({ status }) => status).sort();
      expect(statuses(await race({}, "r1"))).toEqual([201, 409]);
      expect(statuses(await race({ "If-None-Match": "*" }, "r2"))).toEqual([201, 412]);
      expect(await Pages.objects.count()).toBe(2);
    });
  },
);

describe("the parts of an upsert", () => {
  const put = caller("http");

  it("the create step is given the id and the defaults, and may refuse", async () => {
    const Pages = engines[0]?.[1]() as Model<Page>;
    const seen: unknown[] = [];
    const handler = updateHandler(Pages, {
      required: ["title"],
      serializer,
      upsert: true,
      status: 202,
      defaults: () => ({ author: "ann" }),
      create(data, { context }) {
        seen.push(data, "object" in context && context.object);
        if (data.title === "full") throw new Conflict("No room");
        return Pages.create(data);
      },
    });
    expect(got(await put(handler, { title: "full" }))).toEqual([409, { code: 409, message: "No room" }]);
    expect((await put(handler, { title: "t" })).status).toBe(201);
    expect(seen.slice(2)).toEqual([{ title: "t", author: "ann", id: "p1" }, undefined]);
    expect((await put(handler, { title: "u" })).status).toBe(202);
  });

  it("defaults that fix another id hide the object of the path", async () => {
    const Pages = engines[0]?.[1]() as Model<Page>;
    const handler = updateHandler(Pages, {
      auth,
      required: ["title"],
      serializer,
      upsert: true,
      defaults: ({ context }) => ({ id: context.user.id }),
    });
    expect(got(await put(handler, { title: "t" }, ann, "bob"))).toEqual(notFound);
    expect((await put(handler, { title: "t" }, ann, "ann")).status).toBe(201);
  });

  it("ids that count are read as numbers", async () => {
    interface Counter {
      id: number;
      name: string;
    }
    const counters = memoryModel<Counter>({ name: "Counter", fields: { id: "integer", name: "text" } });
    const handler = updateHandler(counters, { required: ["name"], serializer: pick("id"), upsert: true });
    expect(got(await put(handler, { name: "x" }, {}, "7"))).toEqual([201, { id: 7 }]);
    for (const id of ["x", "1.5", "07", "1e3"]) {
      expect(got(await put(handler, { name: "x" }, {}, id))).toEqual(notFound);
    }
  });

  it("rules see no object of what is missing", async () => {
    const Pages = engines[0]?.[1]() as Model<Page>;
    const handler = updateHandler(Pages, {
      auth,
      required: ["title"],
      serializer,
      upsert: true,
      defaults: ({ context }) => ({ author: context.user.id }),
      permit: (_event, { user, object }) => object === undefined || object.author === user.id,
    });
    expect((await put(handler, { title: "t" }, ann)).status).toBe(201);
    expect((await put(handler, { title: "t" }, bob)).status).toBe(403);
  });

  it("replacements fit a model with a schema", async () => {
    const schema = jsonSchema({
      type: "object",
      properties: { id: { type: "string" }, title: { type: "string" }, text: { type: "string" } },
      required: ["id", "title"],
      additionalProperties: false,
    });
    const models = [
      memoryModel({ name: "Page", schema }),
      sqlModel({ db, name: "Page", table: "schemed", schema }),
    ];
    for (const model of models) {
      await model.create({ id: "p1", title: "t", text: "x" });
      const handler = updateHandler(model, {
        required: ["title"],
        optional: ["text"],
        serializer: pick("title", "text"),
        replace: true,
      });
      const { status, body } = await put(handler, { title: "u" });
      expect([status, body]).toEqual([200, { title: "u" }]);
      expect(await model.objects.get("p1")).toEqual({ id: "p1", title: "u" });
    }
  });

  it("options that do not fit are refused when the handler is made", () => {
    const Pages = engines[0]?.[1]() as Model<Page>;
    const wrong: [object, string][] = [
      [{ upsert: true, lookup: "title" }, 'option "upsert" takes the id of the path, and no "lookup"'],
      [{ defaults: () => ({}) }, 'option "defaults" is of what "upsert" creates; set upsert: true'],
      [{ create: () => ({}) }, 'option "create" is of what "upsert" creates; set upsert: true'],
      [
        { replace: true, body: z.object({}) },
        'option "replace" needs key lists, or a "body" schema that declares its fields',
      ],
      [{ replace: "yes" }, 'option "replace" must be true or false'],
      [{ upsert: 1 }, 'option "upsert" must be true or false'],
    ];
    for (const [options, message] of wrong) {
      expect(() => updateHandler(Pages, { serializer, ...options } as never)).toThrow(
        new TypeError(`updateHandler: ${message}`),
      );
    }
    expect(() => updateHandler(Pages, { serializer, upsert: true, lookup: "id" })).not.toThrow();
  });

  it("a resource shares its defaults with an update that upserts, and only then", async () => {
    const Pages = engines[0]?.[1]() as Model<Page>;
    const options = { serializer, required: ["title"], defaults: () => ({ author: "ann" }) } as const;
    const pages = resource(Pages, { ...options, update: { upsert: true } });
    expect((await put(pages.update, { title: "t" })).body).toMatchObject({ author: "ann" });
    expect(got(await put(resource(Pages, options).update, { title: "t" }, {}, "p2"))).toEqual(notFound);
  });
});
