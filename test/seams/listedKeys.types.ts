import * as v from "valibot";
import { expectTypeOf } from "vitest";
import * as z from "zod";
import type { Api } from "../../api/api.ts";
import { resource } from "../../api/resource.ts";
import type { Client } from "../../client/types.ts";
import { bulkCreateHandler } from "../../generics/bulkCreateHandler.ts";
import { createHandler } from "../../generics/createHandler.ts";
import { updateHandler } from "../../generics/updateHandler.ts";
import type { EndpointTypesOf } from "../../src/core/endpoint.ts";
import type { Model } from "../../src/models/types.ts";
import { jsonSchema } from "../../src/schema/jsonSchema.ts";
import { pick } from "../../src/serializers/pick.ts";

interface Post {
  id: string;
  title: string;
  text?: string | null;
  tags?: string[];
}
declare const Posts: Model<Post>;
const serializer = pick("id", "title");

const good = z.object({ title: z.string(), tags: z.array(z.string()).optional() });
const misnamed = z.object({ titel: z.string() });
const mistyped = v.object({ title: v.number() });
const described = jsonSchema({
  type: "object",
  properties: { title: { type: "string" }, tags: {} },
} as const);
const misdescribed = jsonSchema({ type: "object", properties: { title: { type: "number" } } } as const);

export function bodiesFitTheModel(): void {
  createHandler(Posts, { body: good });
  createHandler(Posts, { body: described });
  createHandler(Posts, { body: v.object({ title: v.string() }), queryset: () => Posts.objects });
  bulkCreateHandler(Posts, { body: good, queryset: async () => [] });
  updateHandler(Posts, { body: good, serializer, maxOperations: 5 });
  resource(Posts, { body: good, serializer });

  // @ts-expect-error the model has no field "titel"
  createHandler(Posts, { body: misnamed });
  // @ts-expect-error a title is a text
  createHandler(Posts, { body: mistyped });
  // @ts-expect-error a title is a text
  createHandler(Posts, { body: misdescribed });
  // @ts-expect-error the model has no field "titel"
  bulkCreateHandler(Posts, { body: misnamed });
  // @ts-expect-error a title is a text
  bulkCreateHandler(Posts, { body: mistyped });
  // @ts-expect-error the model has no field "titel"
  updateHandler(Posts, { body: misnamed, serializer });
  // @ts-expect-error a title is a text
  updateHandler(Posts, { body: mistyped, serializer });
  // @ts-expect-error the model has no field "titel"
  resource(Posts, { body: misnamed, serializer });
  // @ts-expect-error a title is a text
  resource(Posts, { body: misdescribed, serializer });
  // @ts-expect-error the model has no field "titel"
  resource(Posts, { serializer, update: { body: misnamed } });
  // @ts-expect-error a title is a text
  resource(Posts, { serializer, create: { body: mistyped } });
}

export function aStepOfOnesOwnMayStoreSomethingElseOfThem(): void {
  createHandler(Posts, {
    body: misnamed,
    create: data => {
      expectTypeOf(data).toEqualTypeOf<{ titel: string }>();
      return Posts.create({ title: data.titel });
    },
  });
  updateHandler(Posts, {
    body: misnamed,
    serializer,
    update: (post, changes) => {
      expectTypeOf(changes).toEqualTypeOf<{ titel?: string }>();
      return Posts.update(post, { ...(changes.titel && { title: changes.titel }) });
    },
  });
}

export function anUpdateOfAResourceHasABodyOfItsOwn(): void {
  const posts = resource(Posts, {
    serializer,
    body: good,
    create: { create: data => Posts.create(data) },
    update: {
      body: z.object({ text: z.string().nullable() }),
      update: (post, changes) => {
        expectTypeOf(changes).toEqualTypeOf<{ text?: string | null }>();
        return Posts.update(post, changes);
      },
    },
  });
  expectTypeOf<EndpointTypesOf<typeof posts.create>["body"]>().toEqualTypeOf<{
    title: string;
    tags?: readonly string[];
  }>();
  expectTypeOf<EndpointTypesOf<typeof posts.update>["body"]>().toEqualTypeOf<{
    text: string | null;
  }>();
  expectTypeOf<EndpointTypesOf<typeof posts.update>["changes"]>().toEqualTypeOf<{
    text?: string | null;
  }>();
}

export function clientsKnowWhatAPatchDemands(): void {
  const shared = resource(Posts, { serializer, required: ["title"], optional: ["text"] });
  expectTypeOf<EndpointTypesOf<typeof shared.update>["changes"]>().toEqualTypeOf<{
    title?: string | null;
    text?: string | null;
  }>();
  expectTypeOf<EndpointTypesOf<typeof shared.update>["body"]>().toEqualTypeOf<{
    title: string;
    text?: string | null;
  }>();
  const own = resource(Posts, { serializer, update: { required: ["title"], optional: ["text"] } });
  expectTypeOf<EndpointTypesOf<typeof own.update>["changes"]>().toEqualTypeOf<{
    title: string;
    text?: string | null;
  }>();
  const single = updateHandler(Posts, { serializer, body: good });
  type Calls = Client<Api<{ "PATCH /p/{id}": typeof single; "PUT /p/{id}": typeof single }>>;
  type BodyOf<Key extends keyof Calls> = Calls[Key] extends (input: infer Input) => unknown
    ? Input extends { body: infer Body }
      ? Body
      : never
    : never;
  expectTypeOf<BodyOf<"PATCH /p/{id}">>().toEqualTypeOf<{
    title?: string;
    tags?: readonly string[];
  }>();
  expectTypeOf<BodyOf<"PUT /p/{id}">>().toEqualTypeOf<{
    title: string;
    tags?: readonly string[];
  }>();
}
