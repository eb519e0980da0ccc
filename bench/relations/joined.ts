/** Written by hand: one statement for everything, whose rows are put together again. */
import type { Handler } from "../contenders/contender.ts";
import { mostComments } from "./contender.ts";
import { type Included, listOfPosts, openPosts, type PostShown } from "./handmade.ts";

const prepare = openPosts();

interface Joined {
  id: string;
  title: string;
  authorId: string | null;
  authorName: string;
  commentId: string | null;
  commentText: string;
}

function statementOf({ author, comments }: Included): string {
  const columns = [
    "page.id, page.title",
    ...(author ? ["authors.id as authorId, authors.name as authorName"] : []),
    ...(comments ? ["first.id as commentId, first.text as commentText"] : []),
  ];
  const ranked = `select *, row_number() over (partition by post order by id) as at
    from comments where post in (select id from page)`;
  return [
    "with page as (select id, title, author from posts order by id limit ?)",
    `select ${columns.join(", ")} from page`,
    author ? "left join authors on authors.id = page.author" : "",
    comments ? `left join (${ranked}) as first on first.post = page.id and first.at <= ${mostComments}` : "",
    `order by page.id${comments ? ", first.id" : ""}`,
  ].join("\n");
}

export function list(): Handler {
  return listOfPosts((limit, included) => {
    const shown: PostShown[] = [];
    let last: PostShown | undefined;
    for (const row of prepare(statementOf(included)).all(limit) as unknown as Joined[]) {
      if (last?.id !== row.id) {
        last = { id: row.id, title: row.title };
        if (included.author) {
          last.author = row.authorId === null ? null : { id: row.authorId, name: row.authorName };
        }
        if (included.comments) last.comments = [];
        shown.push(last);
      }
      if (included.comments && row.commentId !== null) {
        last.comments?.push({ id: row.commentId, text: row.commentText });
      }
    }
    return shown;
  });
}
