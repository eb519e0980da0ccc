import { expectTypeOf } from "vitest";
import * as z from "zod";
import {
  and,
  createHandler,
  defineMiddleware,
  deleteHandler,
  type FullQueryset,
  fields,
  type HttpEvent,
  isAuthenticated,
  type LambdaHandler,
  listHandler,
  type Model,
  not,
  omit,
  or,
  pick,
  resource,
  retrieveHandler,
  sqsHandler,
  updateHandler,
} from "../../src/index.ts";

interface User {
  id: string;
  email: string;
  admin: boolean;
}
interface Post {
  id: string;
  title: string;
  text: string | null;
  author: string;
}
declare const Users: Model<User>;
declare const Posts: Model<Post>;

const tenant = () =>
  defineMiddleware<{ context: { user: User } }, { context: { tenant: string } }>({
    name: "tenant",
    before() {},
  });

/** Never called: the compiler is the test. */
export function createHandlerTypes(): void {
  expectTypeOf(createHandler(Posts, { required: ["title"] })).toExtend<LambdaHandler>();
  createHandler(Posts, {
    required: ["title"],
    optional: ["text"],
    auth: { model: Users },
    use: [tenant()],
    permit: (_event, { user }) => user.admin,
    serializer: pick("id", "title"),
    create: (data, { event, context }) => {
      expectTypeOf(data).toEqualTypeOf<Pick<Post, "title"> & Partial<Pick<Post, "text">>>();
      expectTypeOf(event.body).toEqualTypeOf<typeof data>();
      expectTypeOf(context.user).toEqualTypeOf<User>();
      expectTypeOf(context.tenant).toEqualTypeOf<string>();
      return Posts.create({ ...data, author: context.user.id });
    },
  });
  createHandler(Posts, {
    body: z.object({ title: z.string(), tags: z.array(z.string()) }),
    create: (data, { context }) => {
      expectTypeOf(data).toEqualTypeOf<{ title: string; tags: string[] }>();
      expectTypeOf(context.user).toEqualTypeOf<undefined>();
      return Posts.create({ title: data.title });
    },
  });
  createHandler(Posts, {
    auth: { loadUser: async id => ({ id, level: 5 }), optional: true },
    create: (_data, { context }) => {
      expectTypeOf(context.user).toEqualTypeOf<{ id: string; level: number } | undefined>();
      return Posts.create({});
    },
  });
  // @ts-expect-error the model has no field "titel"
  createHandler(Posts, { required: ["titel"] });
  // @ts-expect-error the model has no field "txt"
  createHandler(Posts, { optional: ["txt"] });
  // @ts-expect-error pick names a field that the model does not have
  createHandler(Posts, { serializer: pick("emial") });
  // @ts-expect-error tenant() needs context.user, and nobody signs in
  createHandler(Posts, { use: [tenant()] });
  // @ts-expect-error there is no such option
  createHandler(Posts, { require: ["title"] });
}

export function objectHandlerTypes(): void {
  retrieveHandler(Posts, {
    auth: { model: Users },
    queryset: (_event, { user }) => Posts.objects.filter({ author: user.id }),
    permit: [(_event, { object, user }) => object.author === user.id],
    serializer: (post, { context }) => {
      expectTypeOf(post).toEqualTypeOf<Post>();
      expectTypeOf(context.user).toEqualTypeOf<User>();
      return { id: post.id };
    },
    etag: post => `"${post.id}"`,
  });
  retrieveHandler(Posts, { serializer: fields({ name: "title", author: (post: Post) => post.author }) });
  retrieveHandler(Posts, { serializer: z.object({ id: z.string() }) });
  // @ts-expect-error omit names a field that the model does not have
  retrieveHandler(Posts, { serializer: omit("password") });
  // @ts-expect-error the model has no field "slug"
  retrieveHandler(Posts, { serializer: pick("id"), lookup: "slug" });
  // @ts-expect-error what a queryset gives must be the model's objects
  retrieveHandler(Posts, { serializer: pick("id"), queryset: () => Users.objects });

  updateHandler(Posts, {
    optional: ["title", "text"],
    auth: { model: Users },
    serializer: pick("id"),
    update: (post, changes, { context }) => {
      expectTypeOf(post).toEqualTypeOf<Post>();
      expectTypeOf(changes).toEqualTypeOf<Partial<Pick<Post, "title" | "text">>>();
      expectTypeOf(context.object).toEqualTypeOf<Post>();
      return Posts.update(post, changes);
    },
  });
  deleteHandler(Posts, {
    auth: { model: Users },
    remove: (post, { context }) => {
      expectTypeOf(post).toEqualTypeOf<Post>();
      expectTypeOf(context.user).toEqualTypeOf<User>();
    },
  });
}

export function listHandlerTypes(): void {
  listHandler(Posts, {
    serializer: pick("id", "title"),
    filters: ["author"],
    ordering: ["title"],
    search: ["title", "text"],
    list: (queryset, { context }) => {
      expectTypeOf(queryset).toEqualTypeOf<FullQueryset<Post>>();
      expectTypeOf(context.queryset).toEqualTypeOf<FullQueryset<Post>>();
      return queryset.filter({ author: "1" });
    },
  });
  listHandler(Posts, { serializer: pick("id"), filters: { author: "text" } });
  // @ts-expect-error the model has no field "autor"
  listHandler(Posts, { serializer: pick("id"), filters: ["autor"] });
  // @ts-expect-error the model has no field "createdAt"
  listHandler(Posts, { serializer: pick("id"), ordering: ["createdAt"] });
  // @ts-expect-error the model has no field "name"
  listHandler(Posts, { serializer: pick("id"), search: ["name"] });
}

export function resourceTypes(): void {
  const posts = resource(Posts, {
    auth: { model: Users },
    serializer: pick("id", "title"),
    required: ["title"],
    create: { create: (data, { context }) => Posts.create({ ...data, author: context.user.id }) },
    update: { queryset: (_event, { user }) => Posts.objects.filter({ author: user.id }) },
    list: { auth: undefined, filters: ["author"] },
    delete: false,
  });
  expectTypeOf<keyof typeof posts>().toEqualTypeOf<"create" | "retrieve" | "update" | "list">();
  expectTypeOf(posts).toExtend<Record<keyof typeof posts, LambdaHandler>>();
  // @ts-expect-error there is no such option
  resource(Posts, { serializer: pick("id"), filter: ["author"] });
  // @ts-expect-error it was left out
  posts.delete;
  // @ts-expect-error the model has no field "titel"
  resource(Posts, { serializer: pick("id"), required: ["titel"] });
  // @ts-expect-error nothing leaks by default: a serializer is required
  resource(Posts, {});
}

export function queueTypes(): void {
  sqsHandler(message => expectTypeOf(message.textMessage).toEqualTypeOf<string>());
  sqsHandler(message => expectTypeOf(message.body).toEqualTypeOf<{ id: number }>(), {
    json: z.object({ id: z.number() }),
  });
}

export function defaultsTypes(): void {
  createHandler(Posts, {
    required: ["title"],
    optional: ["text", "author"],
    auth: { model: Users },
    use: [tenant()],
    defaults: ({ event, context }) => {
      expectTypeOf(context.user).toEqualTypeOf<User>();
      expectTypeOf(context.tenant).toEqualTypeOf<string>();
      expectTypeOf(event.body.title).toEqualTypeOf<string>();
      return { author: context.user.id };
    },
    create: (data, { context }) => {
      expectTypeOf(data.author).toEqualTypeOf<string>();
      expectTypeOf(data.title).toEqualTypeOf<string>();
      expectTypeOf(data.text).toEqualTypeOf<string | null | undefined>();
      expectTypeOf(context.user).toEqualTypeOf<User>();
      return Posts.create(data);
    },
  });
  createHandler(Posts, {
    body: z.object({ title: z.string(), author: z.number() }),
    defaults: async () => ({ author: "ann", text: null }),
    create: data => {
      expectTypeOf(data.author).toEqualTypeOf<string>();
      expectTypeOf(data.title).toEqualTypeOf<string>();
      return Posts.create(data);
    },
  });
  createHandler(Users, { required: ["email"], defaults: () => ({ admin: false }) });
  // @ts-expect-error an author is a text
  createHandler(Posts, { defaults: () => ({ author: 5 }) });
  // @ts-expect-error the model has no field "autor"
  createHandler(Posts, { defaults: () => ({ title: "x", autor: "ann" }) });
  // @ts-expect-error a promise of a field that the model does not have
  createHandler(Posts, { defaults: async () => ({ autor: "ann" }) });
  resource(Posts, {
    auth: { model: Users },
    serializer: pick("id", "title"),
    required: ["title"],
    defaults: ({ context }) => ({ author: context.user.id }),
    create: {
      create: data => {
        expectTypeOf(data.author).toEqualTypeOf<string>();
        expectTypeOf(data.title).toEqualTypeOf<string>();
        return Posts.create(data);
      },
    },
  });
  // @ts-expect-error the model has no field "autor"
  resource(Posts, { serializer: pick("id"), defaults: () => ({ title: "x", autor: "ann" }) });
}

export function upsertTypes(): void {
  updateHandler(Posts, {
    auth: { model: Users },
    required: ["title"],
    serializer: pick("id"),
    upsert: true,
    requireMatch: true,
    replace: true,
    permit: (_event, { object, user }) => {
      expectTypeOf(object).toEqualTypeOf<Post | undefined>();
      return object?.author === user.id;
    },
    defaults: ({ context }) => ({ author: context.user.id }),
    create: data => {
      expectTypeOf(data.author).toEqualTypeOf<string>();
      expectTypeOf(data.title).toEqualTypeOf<string>();
      return Posts.create(data);
    },
    update: (post, changes) => {
      expectTypeOf(post).toEqualTypeOf<Post>();
      return Posts.update(post, changes);
    },
  });
  updateHandler(Posts, {
    serializer: pick("id"),
    permit: (_event, { object }) => {
      expectTypeOf(object).toEqualTypeOf<Post>();
      return true;
    },
  });
  updateHandler(Posts, {
    serializer: pick("id"),
    upsert: true,
    // @ts-expect-error what an upsert is about to create is not there yet
    permit: (_event, { object }) => object.author === "ann",
  });
  resource(Posts, {
    serializer: pick("id"),
    update: {
      permit: (_event, { object }) => {
        expectTypeOf(object).toEqualTypeOf<Post>();
        return true;
      },
    },
  });
  resource(Posts, {
    serializer: pick("id"),
    update: {
      upsert: true,
      permit: (_event, { object }) => {
        expectTypeOf(object).toEqualTypeOf<Post | undefined>();
        return true;
      },
    },
  });
}

/** Nothing leaks by default: what goes out of an object must be said. */
export function serializerIsRequired(): void {
  // @ts-expect-error no serializer
  retrieveHandler(Posts, {});
  // @ts-expect-error no serializer
  updateHandler(Posts, { optional: ["title"] });
  // @ts-expect-error no serializer
  listHandler(Posts, {});
  resource(Posts, { serializer: pick("id"), create: { use: [tenant()] } });
}

/** The same rules and scopes serve pipelines and generics. */
export function sharedRuleTypes(): void {
  const mine = (_event: HttpEvent, { user }: { user: User }) => Posts.objects.filter({ author: user.id });
  const isAdmin = (_event: HttpEvent, { user }: { user: User }) => user.admin;
  const auth = { model: Users };
  const serializer = pick("id");
  createHandler(Posts, { auth, permit: isAuthenticated });
  retrieveHandler(Posts, { auth, serializer, queryset: mine, permit: [isAdmin, isAuthenticated] });
  updateHandler(Posts, { auth, serializer, queryset: mine, permit: not(isAdmin) });
  deleteHandler(Posts, { auth, queryset: mine, permit: and(isAuthenticated, isAdmin) });
  listHandler(Posts, { auth, serializer, queryset: mine, permit: or(isAuthenticated, isAdmin) });
  resource(Posts, { auth, serializer, queryset: mine, permit: isAdmin });
}

/** What takes the exported event takes what a step is given. */
export function theEventOfAStepIsAnHttpEvent(): void {
  const takes = (event: HttpEvent): string => String(event.body);
  const serializer = (post: Post, { event }: { event: HttpEvent }) => ({ id: post.id, by: takes(event) });
  resource(Posts, {
    serializer,
    required: ["title"],
    permit: event => takes(event) === "",
    defaults: ({ event }) => ({ author: takes(event) }),
    queryset: event => Posts.objects.filter({ author: takes(event) }),
    create: { create: (data, { event }) => Posts.create({ ...data, author: takes(event) }) },
    update: { update: (post, changes, { event }) => Posts.update(post, { ...changes, text: takes(event) }) },
    delete: { remove: (post, { event }) => void [post, takes(event)] },
    list: { list: (posts, { event }) => posts.filter({ author: takes(event) }) },
  });
}
