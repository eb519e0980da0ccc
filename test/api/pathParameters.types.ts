import { expectTypeOf } from "vitest";
import { z } from "zod";
import type { EndpointTypesOf } from "../../src/core/endpoint.ts";
import {
  api,
  createHandler,
  deleteHandler,
  errors,
  type HttpEvent,
  listHandler,
  loadObject,
  type Model,
  pathParams,
  pick,
  pipeline,
  resource,
  retrieveHandler,
  serialize,
  updateHandler,
  validate,
} from "../../src/index.ts";

interface Post {
  id: string;
  slug: string;
}
declare const Posts: Model<Post>;
const serializer = pick("id");
const file = pipeline([errors(), pathParams("project", "path"), serialize()], event => {
  expectTypeOf(event.pathParameters).toEqualTypeOf<{ project: string; path: string }>();
  // @ts-expect-error it keeps exactly what is listed
  event.pathParameters.other;
  return event.pathParameters.path;
});

export function aHandlerStandsUnderARouteThatHasWhatItReads(): void {
  api({ "GET /{project}/files/{path+}": file });
  // @ts-expect-error reads the path parameter "path", which this path does not have
  api({ "GET /{project}/files": file });
  // @ts-expect-error reads the path parameters "project" and "path"
  api({ $default: file });
  const loaded = pipeline([loadObject(Posts, { param: "slug" })], () => 1);
  api({ "GET /posts/{slug}": loaded });
  // @ts-expect-error reads the path parameter "slug"
  api({ "GET /posts/{id}": loaded });
  api({ "GET /posts/{id}": pipeline([loadObject(Posts)], () => 1) });
  // @ts-expect-error reads the path parameter "id"
  api({ "GET /posts/{slug}": pipeline([loadObject(Posts)], () => 1) });
  api({ "GET /posts/{anything}": pipeline([errors()], () => 1) });
}

export function aGenericReadsTheParameterOfItsObject(): void {
  const param = "slug";
  api({
    "GET /posts/{slug}": retrieveHandler(Posts, { param, serializer }),
    "PUT /posts/{slug}": updateHandler(Posts, { param, serializer }),
    "DELETE /posts/{slug}": deleteHandler(Posts, { param }),
    "GET /posts": listHandler(Posts, { serializer }),
    "POST /posts": createHandler(Posts, { required: ["slug"] }),
  });
  // @ts-expect-error reads the path parameter "id"
  api({ "GET /posts/{slug}": retrieveHandler(Posts, { serializer }) });
  // @ts-expect-error reads the path parameter "id"
  api({ "PUT /posts/{slug}": updateHandler(Posts, { serializer }) });
  // @ts-expect-error reads the path parameter "id"
  api({ "DELETE /posts/{slug}": deleteHandler(Posts) });
  const unknown = retrieveHandler(Posts, { param: "slug" as string, serializer });
  api({ "GET /posts/{any}": unknown });
  const retrieve = retrieveHandler(Posts, { param, serializer });
  api({ posts: { retrieve } });
  api({ "projects/{project}/{path}": { list: file } });
  // @ts-expect-error reads the path parameter "path"
  api({ "projects/{project}/tasks": { list: file } });
  expectTypeOf<EndpointTypesOf<typeof retrieve>>().toEqualTypeOf<
    { params: { slug: string }; output: { id: string } } & { body: undefined; query: undefined }
  >();
}

export function stepsKnowTheParameterOfTheirObject(): void {
  retrieveHandler(Posts, {
    serializer,
    etag: (_post, { event }) => {
      expectTypeOf(event.pathParameters.id).toEqualTypeOf<string>();
      expectTypeOf(event.pathParameters.other).toEqualTypeOf<string | undefined>();
      expectTypeOf(event).toExtend<HttpEvent>();
      return undefined;
    },
  });
  updateHandler(Posts, {
    param: "slug",
    serializer,
    optional: ["slug"],
    update: (post, changes, { event }) => {
      expectTypeOf(event.pathParameters.slug).toEqualTypeOf<string>();
      return { ...post, ...changes };
    },
  });
  deleteHandler(Posts, {
    param: "slug",
    remove: (_post, { event }) => {
      expectTypeOf(event.pathParameters.slug).toEqualTypeOf<string>();
    },
  });
  deleteHandler(Posts, {
    use: [validate({ path: z.object({ id: z.coerce.number() }) })],
    remove: (_post, { event }) => {
      expectTypeOf(event.pathParameters).toEqualTypeOf<{ id: number }>();
    },
  });
}

export function theStepsOfAResourceKnowIt(): void {
  resource(Posts, {
    param: "slug",
    required: ["slug"],
    serializer,
    update: {
      update: (post, _changes, { event }) => {
        expectTypeOf(event.pathParameters.slug).toEqualTypeOf<string>();
        return post;
      },
    },
    create: {
      create: (_data, { event }) => {
        expectTypeOf(event.pathParameters?.slug).toEqualTypeOf<string | undefined>();
        return Posts.create({});
      },
    },
  });
  resource(Posts, {
    serializer,
    delete: {
      remove: (_post, { event }) => {
        expectTypeOf(event.pathParameters.id).toEqualTypeOf<string>();
      },
    },
  });
  resource(Posts, {
    serializer,
    retrieve: { param: "slug" },
    delete: {
      // Another verb has a name of its own: which one this is, is not told apart.
      remove: (_post, { event }) => {
        expectTypeOf(event.pathParameters.id).toEqualTypeOf<string | undefined>();
      },
    },
  });
}

export function namesAreChecked(): void {
  // @ts-expect-error at least one
  pathParams();
  // @ts-expect-error a name is text
  pathParams(5);
}
