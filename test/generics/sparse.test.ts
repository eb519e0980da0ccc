import { describe, expect, it } from "vitest";
import { z } from "zod";
import { api } from "../../api/api.ts";
import { openapi } from "../../api/openapi/index.ts";
import { resource } from "../../api/resource.ts";
import { listHandler } from "../../generics/listHandler.ts";
import { retrieveHandler } from "../../generics/retrieveHandler.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { jsonSchema } from "../../src/schema/jsonSchema.ts";
import { fields } from "../../src/serializers/fields.ts";
import { omit } from "../../src/serializers/omit.ts";
import { pick } from "../../src/serializers/pick.ts";
import { sources } from "../support/events.ts";
import { send } from "../support/send.ts";

interface Post {
  id: string;
  title: string;
  secret: string;
  rank: number;
}
const posts: Post[] = [
  { id: "1", title: "One", secret: "s1", rank: 1 },
  { id: "2", title: "Two", secret: "s2", rank: 2 },
];
const kinds = { id: "text", title: "text", secret: "text", rank: "integer" } as const;
const Posts = memoryModel<Post>({ name: "Post", objects: posts, fields: kinds });
type Handler = (event?: unknown, context?: object) => Promise<unknown>;

const query = (text: string) => ({ query: [...new URLSearchParams(text)] });
const bodyOf = async (handler: Handler, text: string) => (await send(handler, "http", query(text))).body;
const refusal = (message: string) => [400, { code: 400, message, field: "fields" }];
async function refused(handler: Handler, text: string) {
  const { status, body } = await send(handler, "http", { ...query(text), pathParameters: { id: "1" } });
  return [status, body];
}

const shown: [name: string, serializer: unknown][] = [
  ["pick", pick("id", "title", "rank")],
  ["omit", omit("secret")],
  ["fields", fields<Post>({ id: true, title: true, rank: "rank" })],
  ["fields that are promises", fields<Post>({ id: true, title: true, rank: async ({ rank }) => rank })],
  ["a Zod schema", z.object({ id: z.string(), title: z.string(), rank: z.number() })],
  [
    "a JSON Schema",
    jsonSchema({
      type: "object",
      properties: { id: { type: "string" }, title: { type: "string" }, rank: { type: "integer" } },
    }),
  ],
];

const textOf = JSON.stringify;

describe.each(shown)("fields of %s", (_name, serializer) => {
  const list = listHandler(Posts, { serializer, fields: true, ordering: ["id"] } as never);
  const one = retrieveHandler(Posts, { serializer, fields: true } as never);
  const Resource = resource(Posts, { serializer, fields: true, ordering: ["id"] } as never) as unknown as {
    list: Handler;
    retrieve: Handler;
  };

  it("go out as they are asked for, in the order of the serializer", async () => {
    for (const handler of [list, Resource.list]) {
      expect(textOf(await bodyOf(handler, "fields=title,id"))).toBe(
        textOf([
          { id: "1", title: "One" },
          { id: "2", title: "Two" },
        ]),
      );
      expect(textOf(await bodyOf(handler, "order=-id&limit=1"))).toBe(
        textOf([{ id: "2", title: "Two", rank: 2 }]),
      );
    }
    for (const handler of [one, Resource.retrieve]) {
      const asked = await send(handler, "http", { ...query("fields=rank"), pathParameters: { id: "1" } });
      expect(asked.body).toEqual({ rank: 1 });
      const whole = await send(handler, "http", { pathParameters: { id: "1" } });
      expect(whole.body).toEqual({ id: "1", title: "One", rank: 1 });
      expect(asked.headers.etag).not.toBe(whole.headers.etag);
      const headers = { "If-None-Match": String(asked.headers.etag) };
      const again = await send(handler, "http", {
        ...query("fields=rank"),
        pathParameters: { id: "1" },
        headers,
      });
      expect(again.status).toBe(304);
    }
  });

  it("that do not go out, or are no list of names, are 400", async () => {
    for (const handler of [list, one, Resource.list, Resource.retrieve]) {
      for (const names of ["secret", "id,secret", "id,", "nope", "__proto__", "constructor", "ID", " id"]) {
        expect(await refused(handler, `fields=${names}`), names).toEqual(
          refusal("Unknown name in parameter fields: there are id, title, rank"),
        );
      }
      for (const names of ["", "id,id", `id${",id".repeat(3000)}`]) {
        expect(await refused(handler, `fields=${names}`)).toEqual(
          refusal("Invalid value of parameter: fields"),
        );
      }
      expect(await refused(handler, "fields=id&fields=title")).toEqual(
        refusal("Parameter given more than once: fields"),
      );
    }
  });
});

it("what is computed and not asked for is not computed", async () => {
  const computed: string[] = [];
  const serializer = fields<Post>({
    id: true,
    loud: ({ title }) => {
      computed.push(title);
      return title.toUpperCase();
    },
  });
  const list = listHandler(Posts, { serializer, fields: true });
  expect(await bodyOf(list, "fields=id")).toEqual([{ id: "1" }, { id: "2" }]);
  expect(computed).toEqual([]);
  expect(await bodyOf(list, "fields=loud&limit=1")).toEqual([{ loud: "ONE" }]);
  expect(computed).toEqual(["One"]);
});

it("what is asked for by a wrong name is 400 before an object is read", async () => {
  let read = 0;
  const list = listHandler(Posts, {
    serializer: pick("id"),
    fields: true,
    list: queryset => {
      read++;
      return queryset;
    },
  });
  expect((await refused(list, "fields=secret"))[0]).toBe(400);
  expect(read).toBe(0);
});

it("pages and their links keep it, in an envelope too", async () => {
  const list = listHandler(Posts, { serializer: pick("id", "title"), fields: true, envelope: true });
  const { body, headers } = await send(list, "http", { ...query("fields=id&limit=1"), path: "/posts" });
  expect(body).toMatchObject({ items: [{ id: "1" }], next: expect.stringContaining("fields=id") });
  expect(headers.link).toContain("fields=id");
});

it.each(["csv", "ndjson"] as const)("whole lists as %s have these columns alone", async format => {
  for (const serializer of [
    pick("id", "title", "rank"),
    omit("secret"),
    fields<Post>({ id: true, title: true, n: "rank" }),
  ]) {
    const list = listHandler(Posts, {
      serializer,
      fields: true,
      formats: ["json", format],
      formatParam: true,
    } as never);
    const text = String(await bodyOf(list, `format=${format}&fields=title,id`));
    expect(text).toBe(
      format === "csv"
        ? "id,title\r\n1,One\r\n2,Two\r\n"
        : '{"id":"1","title":"One"}\n{"id":"2","title":"Two"}\n',
    );
  }
});

it("fields are read alike on every source", async () => {
  const list = listHandler(Posts, { serializer: pick("id", "title"), fields: true });
  for (const source of sources) {
    const { body } = await send(list, source, query("fields=title"));
    expect(body, source).toEqual([{ title: "One" }, { title: "Two" }]);
    expect((await send(list, source, query("fields=secret"))).status, source).toBe(400);
  }
});

it("without the option it is an unknown parameter of a list, and none of one object", async () => {
  const list = listHandler(Posts, { serializer: pick("id", "title") });
  expect((await refused(list, "fields=id"))[0]).toBe(400);
  const one = retrieveHandler(Posts, { serializer: pick("id", "title") });
  expect(await refused(one, "fields=id")).toEqual([200, { id: "1", title: "One" }]);
});

it.each([
  [{ fields: true, serializer: (post: Post) => ({ id: post.id }) }, 'option "fields" needs a serializer'],
  [{ fields: "id", serializer: pick("id") }, 'option "fields" must be'],
] as [object, string][])("%j is a TypeError of the factory", (options, message) => {
  expect(() => listHandler(Posts, options as never)).toThrow(`listHandler: ${message}`);
  expect(() => retrieveHandler(Posts, options as never)).toThrow(`retrieveHandler: ${message}`);
});

it("a filter of that name, and omit over a model that knows no fields, are a TypeError", () => {
  const Odd = memoryModel<{ id: string; fields: string }>({ name: "Odd" });
  expect(() => listHandler(Odd, { serializer: pick("id"), filters: ["fields"], fields: true })).toThrow(
    'option "filters" can\'t name "fields" beside option "fields"',
  );
  expect(() => listHandler(Odd, { serializer: omit("fields"), fields: true })).toThrow(
    'option "fields" needs a serializer',
  );
});

it("the document names what there is, and promises none of it", () => {
  const serializer = z.object({ id: z.string(), title: z.string() });
  const app = api({
    posts: resource(Posts, { serializer, fields: true, create: false, update: false, delete: false }),
  });
  const { paths, components } = openapi(app, { title: "Posts", version: "1" });
  for (const path of ["/posts", "/posts/{id}"]) {
    const parameters = paths[path]?.get?.parameters ?? [];
    expect(parameters.find(({ name }) => name === "fields")).toMatchObject({
      in: "query",
      style: "form",
      explode: false,
      schema: { type: "array", items: { type: "string", enum: ["id", "title"] } },
    });
  }
  expect(components.schemas?.Post).toMatchObject({ type: "object", properties: { id: {}, title: {} } });
  expect(components.schemas?.Post).not.toHaveProperty("required");
});
