/** The list and the models of the built package, on `sqlite()`. */
import { fields, listHandler, listOf, type Model, pick } from "tsverless";
import { many, one, type RelatedTo } from "tsverless/models";
import { sqlModel } from "tsverless/models/sql";
import { sqlite } from "tsverless/models/sqlite";
import type { Handler } from "../contenders/contender.ts";
import {
  type Author,
  authors,
  type Comment,
  comments,
  mostComments,
  posts,
  type Post as Stored,
} from "./contender.ts";

interface Post extends Stored, RelatedTo<{ author: Author; comments: Comment[] }> {}

const db = sqlite(":memory:");
const Authors: Model<Author> = sqlModel<Author>({
  db,
  name: "Author",
  table: "authors",
  columns: { name: "text", email: "text" },
});
const Comments: Model<Comment> = sqlModel<Comment>({
  db,
  name: "Comment",
  table: "comments",
  columns: { post: "text", text: "text" },
  indexes: ["post"],
});
const Posts: Model<Post> = sqlModel<Post>({
  db,
  name: "Post",
  table: "posts",
  columns: { title: "text", text: "text", author: "text" },
  relations: { author: one(Authors, "author"), comments: many(Comments, "post") },
});
for (const author of authors) await Authors.create(author);
for (const post of posts) await Posts.create(post);
for (const comment of comments) await Comments.create(comment);

export function list(): Handler {
  return listHandler(Posts, {
    serializer: fields({
      id: true,
      title: true,
      author: pick("id", "name"),
      comments: listOf(pick("id", "text"), { limit: mostComments }),
    }),
    include: ["author", "comments"],
  }) as unknown as Handler;
}
