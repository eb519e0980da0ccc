import { expectTypeOf } from "vitest";
import { loadObject } from "../../middlewares/loadObject.ts";
import { loadQueryset } from "../../middlewares/loadQueryset.ts";
import { defineMiddleware, type Middleware } from "../../src/core/middleware.ts";
import type { SignedIn } from "../../src/http/rules.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import type { FullQueryset, Model } from "../../src/models/types.ts";
import type { After, Checked } from "../../src/pipeline/types.ts";

interface Post {
  id: string;
  author: string;
  age?: number;
}
interface User {
  id: string;
  email: string;
}

declare function chain<const M extends readonly unknown[]>(middlewares: M & Checked<M>): After<M>;

export function addsTypedObjects(Posts: Model<Post>): void {
  const { context } = chain([loadObject(Posts), loadQueryset(Posts, { filters: ["age"] })]);
  expectTypeOf(context.object).toEqualTypeOf<Post>();
  expectTypeOf(context.queryset).toEqualTypeOf<FullQueryset<Post>>();
}

export function needsWhatTheQuerysetAnnotates(Posts: Model<Post>): void {
  const signedIn: Middleware<object, { context: { user: User } }> = defineMiddleware({ name: "signedIn" });
  const own = loadObject(Posts, {
    queryset: (_event, context: { user: User }) => Posts.objects.filter({ author: context.user.id }),
  });
  expectTypeOf(chain([signedIn, own]).context.object).toEqualTypeOf<Post>();
  // @ts-expect-error nothing before it signs anybody in
  chain([own]);
  const list = loadQueryset(Posts, {
    queryset: async (_event, context: { user: User }) => Posts.objects.filter({ author: context.user.id }),
  });
  chain([signedIn, list]);
  // @ts-expect-error nothing before it signs anybody in
  chain([list]);
  chain([loadObject(Posts, { queryset: event => (event.body ? [] : Posts.objects) })]);
  loadObject(Posts, {
    queryset: (_event, context) => {
      expectTypeOf(context).toEqualTypeOf<SignedIn>();
      return Posts.objects;
    },
  });
}

export function checksNames(Posts: Model<Post>): void {
  loadQueryset(Posts, { filters: { age: "integer" }, ordering: ["age"], search: ["author"] });
  // @ts-expect-error no such field
  loadQueryset(Posts, { filters: ["agee"] });
  // @ts-expect-error no such field
  loadQueryset(Posts, { filters: { agee: "integer" } });
  // @ts-expect-error no such field
  loadQueryset(Posts, { ordering: ["agee"] });
  // @ts-expect-error no such field
  loadQueryset(Posts, { search: ["nme"] });
  // @ts-expect-error no such field
  loadObject(Posts, { lookup: "slug" });
  // @ts-expect-error users are not posts
  loadObject(Posts, { queryset: () => [{ id: "u", email: "x" }] });
  // @ts-expect-error no such field
  memoryModel<Post>({ name: "Post", unique: ["email"] });
  // @ts-expect-error no such field
  Posts.objects.filter({ agee: 1 });
  // @ts-expect-error no such field
  Posts.objects.orderBy("-agee");
}
