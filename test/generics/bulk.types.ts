import { expectTypeOf } from "vitest";
import { bulkCreateHandler } from "../../generics/bulkCreateHandler.ts";
import { bulkDeleteHandler } from "../../generics/bulkDeleteHandler.ts";
import { bulkUpdateHandler } from "../../generics/bulkUpdateHandler.ts";
import type { Model } from "../../src/models/types.ts";
import type { LambdaHandler } from "../../src/pipeline/pipeline.ts";

interface User {
  id: string;
  email: string;
}
interface Post {
  id: string;
  title: string;
  text: string | null;
  author: string;
}
declare const Users: Model<User>;
declare const Posts: Model<Post>;

/** Never called: the compiler is the test. */
export function bulkTypes(): void {
  const create = bulkCreateHandler(Posts, {
    auth: { model: Users },
    required: ["title"],
    optional: ["text"],
    permit: (_event, { user }) => user.id !== "",
    defaults: ({ context }) => ({ author: context.user.id }),
    location: ({ id }) => `/posts/${id}`,
    create: (data, { event, context }) => {
      expectTypeOf(data.author).toEqualTypeOf<string>();
      expectTypeOf(data.title).toEqualTypeOf<string>();
      expectTypeOf(event.body.text).toEqualTypeOf<string | null | undefined>();
      expectTypeOf(context.user).toEqualTypeOf<User>();
      return Posts.create(data);
    },
  });
  expectTypeOf(create).toExtend<LambdaHandler>();
  bulkDeleteHandler(Posts, {
    auth: { model: Users },
    queryset: (_event, { user }) => Posts.objects.filter({ author: user.id }),
    permit: (_event, { object, user }) => object.author === user.id,
    remove: (post, { event, context }) => {
      expectTypeOf(post).toEqualTypeOf<Post>();
      expectTypeOf(event.body.ids).toEqualTypeOf<readonly string[]>();
      expectTypeOf(context.user).toEqualTypeOf<User>();
    },
  });
  bulkUpdateHandler(Posts, {
    auth: { model: Users },
    optional: ["title", "text"],
    permit: (_event, { object, user }) => object.author === user.id,
    update: (post, changes, { event, context }) => {
      expectTypeOf(changes).toEqualTypeOf<Partial<Pick<Post, "title" | "text">>>();
      expectTypeOf(event.body.title).toEqualTypeOf<string | undefined>();
      expectTypeOf(context.object).toEqualTypeOf<Post>();
      return Posts.update(post, changes);
    },
  });
  // @ts-expect-error the model has no field "titel"
  bulkUpdateHandler(Posts, { optional: ["titel"] });
  // @ts-expect-error only true or false
  bulkDeleteHandler(Posts, { atomic: "yes" });
  // @ts-expect-error the model has no field "titel"
  bulkCreateHandler(Posts, { required: ["titel"] });
  // @ts-expect-error results have ids and addresses: there is nothing to serialize
  bulkCreateHandler(Posts, { serializer: (post: Post) => post.id });
  // @ts-expect-error what a queryset gives must be the model's objects
  bulkDeleteHandler(Posts, { queryset: () => Users.objects });
}
