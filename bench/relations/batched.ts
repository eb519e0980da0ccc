/** Written by hand as Prisma does it: one statement for the posts, and one of all keys for each relation. */
import type { Handler } from "../contenders/contender.ts";
import { type Comment, mostComments, type Post } from "./contender.ts";
import { type AuthorShown, type CommentShown, listOfPosts, openPosts, type PostShown } from "./handmade.ts";

const prepare = openPosts();
const marks = (keys: readonly string[]): string => keys.map(() => "?").join(", ");

function authorsOf(posts: readonly Post[]): Map<string, AuthorShown> {
  const keys = [...new Set(posts.map(({ author }) => author).filter(author => author !== null))];
  const statement = prepare(`select id, name from authors where id in (${marks(keys)})`);
  const rows = statement.all(...keys) as unknown as AuthorShown[];
  return new Map(rows.map(({ id, name }) => [id, { id, name }]));
}

function commentsOf(posts: readonly Post[]): Map<string, CommentShown[]> {
  const keys = posts.map(({ id }) => id);
  const statement = prepare(
    `select id, post, text from (
      select *, row_number() over (partition by post order by id) as at
      from comments where post in (${marks(keys)})
    ) where at <= ${mostComments} order by id`,
  );
  const grouped = new Map<string, CommentShown[]>();
  for (const { id, post, text } of statement.all(...keys) as unknown as Comment[]) {
    const group = grouped.get(post);
    if (group === undefined) grouped.set(post, [{ id, text }]);
    else group.push({ id, text });
  }
  return grouped;
}

export function list(): Handler {
  return listOfPosts((limit, included) => {
    const posts = prepare("select id, title, author from posts order by id limit ?").all(limit) as never;
    const authors = included.author ? authorsOf(posts) : undefined;
    const comments = included.comments ? commentsOf(posts) : undefined;
    return (posts as Post[]).map(({ id, title, author }): PostShown => {
      const shown: PostShown = { id, title };
      if (authors !== undefined) shown.author = authors.get(author ?? "") ?? null;
      if (comments !== undefined) shown.comments = comments.get(id) ?? [];
      return shown;
    });
  });
}
