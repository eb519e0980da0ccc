import middy from "@middy/core";
import { describe, expect, it } from "vitest";
import { api } from "../../api/api.ts";
import { errors } from "../../middlewares/errors.ts";
import { loadObject } from "../../middlewares/loadObject.ts";
import { pathParams } from "../../middlewares/pathParams.ts";
import { serialize } from "../../middlewares/serialize.ts";
import { NotFound } from "../../src/core/errors.ts";
import { pathParameter } from "../../src/http/path.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { explain } from "../../src/pipeline/explain.ts";
import { pipeline } from "../../src/pipeline/pipeline.ts";
import { type EventSource, eventOf, received, sources } from "../support/events.ts";

/** The path parameters behind the middleware; runs it in a real Middy handler. */
const run = async (event: unknown, ...names: [string, ...string[]]): Promise<unknown> =>
  (
    (await middy((event: unknown) => event).use(pathParams(...names))(event as never, {} as never)) as {
      pathParameters: unknown;
    }
  ).pathParameters;

const bodyOf = (source: EventSource, result: unknown): unknown =>
  JSON.parse(received(source, result).body.toString());

describe.each(sources)("pathParams with an event of %s", source => {
  const request = {
    path: "/projects/a%20b/files/x%2525",
    route: "/projects/{project}/files/{file}",
    pathParameters: { project: "a b", file: "x%25" },
  };

  it("keeps exactly the listed parameters, decoded once, behind a route of its own or of an api", async () => {
    const handler = pipeline(
      [errors(), serialize(), pathParams("project", "file")],
      event => event.pathParameters,
    );
    const all = api({ "GET /projects/{project}/files/{file}": handler });
    expect(bodyOf(source, await all.handler(eventOf(source, request)))).toEqual(request.pathParameters);
    const one = pipeline([errors(), serialize(), pathParams("file")], event => event.pathParameters);
    const other = api({ "GET /projects/{project}/files/{file}": one });
    expect(bodyOf(source, await other.handler(eventOf(source, request)))).toEqual({ file: "x%25" });
  });

  it("leaves what later middlewares read of the path as it was sent", async () => {
    const Posts = memoryModel<{ id: string }>({ name: "Post", objects: [{ id: "x%25" }] });
    const handler = pipeline(
      [errors(), serialize(), pathParams("project"), loadObject(Posts, { param: "file" })],
      (event, { object }) => [event.pathParameters.project, object.id, pathParameter(event, "file")],
    );
    const { handler: all } = api({ "GET /projects/{project}/files/{file}": handler });
    expect(bodyOf(source, await all(eventOf(source, request)))).toEqual(["a b", "x%25", "x%25"]);
  });
});

describe("pathParams", () => {
  const routeless = { requestContext: { elb: {} }, httpMethod: "GET", path: "/users/a%20b" };

  it("takes the last segment for a single parameter where the source has no routes, and for no two", async () => {
    expect(await run({ ...routeless }, "id")).toEqual({ id: "a b" });
    await expect(run({ ...routeless }, "org", "id")).rejects.toThrow(new NotFound());
  });

  it.each([
    ["absent", { pathParameters: { other: "1" } }],
    ["empty", { pathParameters: { id: "" } }],
    ["malformed", { pathParameters: { id: "%E0%A4%A" } }],
    ["not text", { pathParameters: { id: 5 } }],
    ["in no event at all", undefined],
  ])("is 404 where a parameter is %s", async (_, event) => {
    await expect(run(event && { httpMethod: "GET", ...event }, "id")).rejects.toThrow(new NotFound());
  });

  it("says which it reads", () => {
    const handler = pipeline([pathParams("org", "id")], () => 1);
    expect(explain(handler)).toEqual([
      {
        name: "pathParams",
        needs: ["event.pathParameters.org", "event.pathParameters.id"],
        adds: ["event.pathParameters"],
      },
    ]);
  });

  it("refuses names that are none", () => {
    expect(() => pathParams(...([] as never as [string]))).toThrow(
      new TypeError("pathParams: takes at least one name"),
    );
    expect(() => pathParams(5 as never)).toThrow(TypeError);
  });
});
