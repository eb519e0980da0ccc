import { pgTable, text } from "drizzle-orm/pg-core";
import type { PgliteDatabase } from "drizzle-orm/pglite";
import { expectTypeOf } from "vitest";
import { listHandler } from "../../../../generics/listHandler.ts";
import { drizzleModel } from "../../../../src/models/drizzle/index.ts";
import { many, one, type RelatedOf, type RelatedTo } from "../../../../src/models/index.ts";
import { memoryModel } from "../../../../src/models/memory/index.ts";
import { sqlModel } from "../../../../src/models/sql/index.ts";
import { sqlite } from "../../../../src/models/sqlite.ts";
import type { FullModel, Model, ObjectOf } from "../../../../src/models/types.ts";
import { jsonSchema } from "../../../../src/schema/jsonSchema.ts";
import { fields } from "../../../../src/serializers/fields.ts";
import { listOf } from "../../../../src/serializers/listOf.ts";
import { pick } from "../../../../src/serializers/pick.ts";
import type { ListSerializer, Serialized } from "../../../../src/serializers/types.ts";

interface User extends RelatedTo<{ posts: Post[] }> {
  id: string;
  name: string;
  secret: string;
}
interface Comment extends RelatedTo<{ author: User }> {
  id: string;
  post: string;
  author: string;
  text: string;
}
interface Post extends RelatedTo<{ author: User; parent: Post; comments: Comment[] }> {
  id: string;
  title: string;
  author: string;
  above: string | null;
}

/** Models that are related to each other and to themselves: functions with the type that they give. */
const Users = memoryModel<User>({
  name: "User",
  relations: { posts: many((): Model<Post> => Posts, "author", { orderBy: "-title" }) },
});
const Comments = memoryModel<Comment>({ name: "Comment", relations: { author: one(Users, "author") } });
const Posts = memoryModel<Post>({
  name: "Post",
  relations: {
    author: one(Users, "author"),
    parent: one((): Model<Post> => Posts, "above"),
    comments: many(Comments, "post", { orderBy: ["-id"] }),
  },
});

export function modelsSayWhatIsRelated(): void {
  expectTypeOf(Posts).toEqualTypeOf<FullModel<Post>>();
  expectTypeOf<RelatedOf<Post>>().toEqualTypeOf<{ author: User; parent: Post; comments: Comment[] }>();
  // An object of the database is one as it is.
  expectTypeOf<{ id: string; title: string; author: string; above: null }>().toExtend<Post>();
}

export function relationsFitTheObjects(): void {
  // @ts-expect-error the objects do not say what is related to them
  memoryModel<{ id: string; author: string }>({ name: "Post", relations: { author: one(Users, "author") } });
  memoryModel<Comment>({
    name: "Comment",
    // @ts-expect-error a comment has no key "writer"
    relations: { author: one(Users, "writer") },
  });
  memoryModel<Comment>({
    name: "Comment",
    // @ts-expect-error its author is a user
    relations: { author: one(Posts, "author") },
  });
  memoryModel<Comment>({
    name: "Comment",
    // @ts-expect-error it has one author
    relations: { author: many(Users, "id") },
  });
  memoryModel<Comment>({
    name: "Comment",
    // @ts-expect-error nothing says that it has a reader
    relations: { author: one(Users, "author"), reader: one(Users, "author") },
  });
  // @ts-expect-error comments have no key "poster"
  many(Comments, "poster");
  // @ts-expect-error nor an order by it
  many(Comments, "post", { orderBy: "-poster" });
  // @ts-expect-error users have no such field
  one(Users, "author", { references: "nick" });
  one(Users, "author", {
    queryset: (_event, { user }) => (user === undefined ? [] : Users.objects),
  });
  // @ts-expect-error it gives users
  one(Users, "author", { queryset: () => Posts.objects });
}

const book = jsonSchema({
  type: "object",
  properties: { id: { type: "string" }, title: { type: "string" }, author: { type: "string" } },
  required: ["id", "title", "author"],
});

export function aSchemaLetsThemBeInferred(): void {
  const Books = memoryModel({
    name: "Book",
    schema: book,
    relations: { author: one(Users, "author"), comments: many(Comments, "post") },
  });
  expectTypeOf<RelatedOf<ObjectOf<typeof Books>>>().toEqualTypeOf<{ author: User; comments: Comment[] }>();
  const Rows = sqlModel({
    db: sqlite(":memory:"),
    schema: book,
    relations: { author: one(Users, "author") },
  });
  expectTypeOf<RelatedOf<ObjectOf<typeof Rows>>>().toEqualTypeOf<{ author: User }>();
  listHandler(Books, { serializer: fields({ title: true, author: pick("name") }) });
  // @ts-expect-error users have no such field
  listHandler(Books, { serializer: fields({ title: true, author: pick("nick") }) });
}

declare const db: PgliteDatabase;
const posts = pgTable("posts", { id: text().primaryKey(), author: text().notNull() });

export function drizzleInfersThem(): void {
  const Related = drizzleModel(db, posts, {
    relations: { writer: one(Users, "author"), comments: many(Comments, "post") },
  });
  expectTypeOf<RelatedOf<ObjectOf<typeof Related>>>().toEqualTypeOf<{ writer: User; comments: Comment[] }>();
  const Plain = drizzleModel(db, posts);
  expectTypeOf(Plain).toEqualTypeOf<FullModel<{ id: string; author: string }>>();
}

export function serializersOfRelationsAreThoseOfTheOtherObjects(): void {
  listHandler(Posts, {
    serializer: fields({
      id: true,
      author: fields({ name: true, posts: listOf(fields({ title: true, by: "author" }), { limit: 3 }) }),
      parent: pick("title"),
      comments: listOf(fields({ text: true, author: pick("name") })),
      by: async (post, { load }) => {
        const user = await load(Users, post.author);
        expectTypeOf(user).toEqualTypeOf<User | undefined>();
        return user?.name;
      },
    }),
  });
  // However deep they nest.
  listHandler(Posts, {
    serializer: fields({
      author: fields({ posts: listOf(fields({ comments: listOf(pick("id")), parent: pick("id") })) }),
    }),
  });
  // @ts-expect-error a post has no name
  listHandler(Posts, { serializer: fields({ comments: listOf(fields({ author: pick("title") })) }) });
  // The key stays what it is.
  listHandler(Posts, { serializer: fields({ author: true, writer: "author" }) });
  // @ts-expect-error a user has no title
  listHandler(Posts, { serializer: fields({ author: pick("title") }) });
  // @ts-expect-error comments are many
  listHandler(Posts, { serializer: fields({ comments: pick("text") }) });
  // @ts-expect-error a comment has no title
  listHandler(Posts, { serializer: fields({ comments: listOf(pick("title")) }) });
  // @ts-expect-error an author is one
  listHandler(Posts, { serializer: fields({ author: listOf(pick("name")) }) });
  // @ts-expect-error comments are no field
  listHandler(Posts, { serializer: fields({ comments: true }) });
  // @ts-expect-error nothing called so is related
  listHandler(Posts, { serializer: fields({ writer: pick("name") }) });
}

const shown = fields<Post, "id" | "author" | "comments", { id: true; author: By; comments: Those }>(
  {} as never,
);
type By = ReturnType<typeof pick<"name">>;
type Those = ListSerializer<ReturnType<typeof pick<"id" | "text">>>;

export function whatIsRelatedIsKnownBehindTheSerializer(): void {
  expectTypeOf<Serialized<Post, typeof shown>>().toEqualTypeOf<{
    id: string;
    author: { name: string } | null;
    comments: { id: string; text: string }[];
  }>();
}

export function foreignKeysAreTyped(Users: Model<User>): void {
  one(Users, "author", { onDelete: "cascade" });
  one(Users, "author", { onDelete: "setNull", references: "name" });
  one(Users, "author", { foreignKey: false });
  // @ts-expect-error There is no such action.
  one(Users, "author", { onDelete: "drop" });
  // @ts-expect-error The other side has no key.
  many(Users, "name", { onDelete: "cascade" });
}
