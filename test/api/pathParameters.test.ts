import { describe, expect, it } from "vitest";
import { api } from "../../api/api.ts";
import { deleteHandler } from "../../generics/deleteHandler.ts";
import { retrieveHandler } from "../../generics/retrieveHandler.ts";
import { updateHandler } from "../../generics/updateHandler.ts";
import { loadObject } from "../../middlewares/loadObject.ts";
import { pathParams } from "../../middlewares/pathParams.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { pipeline } from "../../src/pipeline/pipeline.ts";
import { pick } from "../../src/serializers/pick.ts";
import { eventOf, received, sources } from "../support/events.ts";

interface Post {
  id: string;
  slug: string;
}
const model = () => memoryModel<Post>({ name: "Post", objects: [{ id: "1", slug: "a b" }] });
const serializer = pick("id");
const routesOf = (entries: object) => api(entries as Parameters<typeof api>[0]).routes;
const lacks = (route: string, name: string) =>
  new TypeError(
    `api: the handler of "${route}" reads the path parameter "${name}", which this path does not have`,
  );

describe("a route has the path parameters that its handler reads", () => {
  const two = pipeline([pathParams("org", "path")], () => 1);

  it("else api refuses it, as no request could be served", () => {
    expect(() => routesOf({ "GET /{org}/files": two })).toThrow(lacks("GET /{org}/files", "path"));
    expect(() => routesOf({ $default: two })).toThrow(lacks("$default", "org"));
    expect(() => routesOf({ "GET /x/{slug}": retrieveHandler(model(), { serializer }) })).toThrow(
      lacks("GET /x/{slug}", "id"),
    );
    const load = pipeline([loadObject(model(), { param: "slug" })], () => 1);
    expect(() => routesOf({ "GET /x/{id}": load })).toThrow(lacks("GET /x/{id}", "slug"));
    const upsert = updateHandler(model(), { serializer, param: "key", upsert: true });
    expect(() => routesOf({ "PUT /x/{id}": upsert })).toThrow(lacks("PUT /x/{id}", "key"));
    expect(() => routesOf({ "orgs/{orgId}/posts": { list: two } })).toThrow(
      lacks("GET /orgs/{orgId}/posts", "org"),
    );
  });

  it("greedy ones, those of a prefix of a resource, and one that later middlewares read included", () => {
    const load = pipeline([pathParams("org"), loadObject(model())], () => 1);
    expect(routesOf({ "GET /{org}/{path+}": two, "{org}/posts": { retrieve: load } })).toHaveLength(2);
  });
});

describe("the handlers of a resource stand under the parameter by which they find their object", () => {
  const param = "slug";

  it("also those that no call of resource made", () => {
    const paths = routesOf({
      posts: {
        retrieve: retrieveHandler(model(), { param, lookup: "slug", serializer }),
        update: updateHandler(model(), { param, serializer, upsert: true }),
        delete: pipeline([loadObject(model(), { param })], () => 1),
      },
    }).map(({ path }) => path);
    expect(paths).toEqual(Array(4).fill("/posts/{slug}"));
  });

  it.each(sources)("and their steps are given it, on %s without routes too", async source => {
    const given: unknown[] = [];
    const options = { param, lookup: "slug", serializer } as const;
    const alone = retrieveHandler(model(), {
      ...options,
      etag: (_post, { event }) => void given.push(event.pathParameters.slug),
    });
    const request = { path: "/posts/a%20b", route: "/posts/{slug}", pathParameters: { slug: "a b" } };
    const { status } = received(source, await alone(eventOf(source, request)));
    expect(status).toBe(200);
    expect(given).toEqual([source === "rest" ? "a%20b" : "a b"]);
    const removed = deleteHandler(model(), {
      ...options,
      remove: (_post, { event }) => void given.push(event.pathParameters.slug),
    });
    await removed(eventOf(source, { ...request, method: "DELETE" }));
    expect(given[1]).toBe(given[0]);
  });
});
