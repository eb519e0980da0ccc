/** What both contenders that are written by hand have in common: the SQLite of Node, whose statements are prepared once. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { send } from "../common/responses.ts";
import type { Handler, RawEvent } from "../contenders/contender.ts";
import { authors, comments, posts } from "./contender.ts";

export interface AuthorShown {
  id: string;
  name: string;
}

export interface CommentShown {
  id: string;
  text: string;
}

export interface PostShown {
  id: string;
  title: string;
  author?: AuthorShown | null;
  comments?: CommentShown[];
}

/** Which relations a request asks for. */
export interface Included {
  author: boolean;
  comments: boolean;
}

/** Opens a database that holds the posts, and gives what prepares statements, each once. */
export function openPosts(): (text: string) => StatementSync {
  const db = new DatabaseSync(":memory:");
  db.exec(`
    create table authors (id text not null primary key, name text, email text);
    create table posts (id text not null primary key, title text, text text, author text);
    create table comments (id text not null primary key, post text, text text);
    create index comments_post on comments (post);
  `);
  const insert = (text: string, rows: readonly SQLInputValue[][]): void => {
    const prepared = db.prepare(text);
    for (const row of rows) prepared.run(...row);
  };
  insert(
    "insert into authors values (?, ?, ?)",
    authors.map(({ id, name, email }) => [id, name, email]),
  );
  insert(
    "insert into posts values (?, ?, ?, ?)",
    posts.map(({ id, title, text, author }) => [id, title, text, author]),
  );
  insert(
    "insert into comments values (?, ?, ?)",
    comments.map(({ id, post, text }) => [id, post, text]),
  );
  const kept = new Map<string, StatementSync>();
  return function prepare(text) {
    const prepared = kept.get(text) ?? db.prepare(text);
    kept.set(text, prepared);
    return prepared;
  };
}

/** A handler of what finds the posts. */
export function listOfPosts(find: (limit: number, included: Included) => PostShown[]): Handler {
  return async function listPosts(given) {
    const { limit, include } = ((given as RawEvent).queryStringParameters ?? {}) as Record<string, string>;
    const names = include?.split(",") ?? [];
    const included = { author: names.includes("author"), comments: names.includes("comments") };
    return send(200, JSON.stringify(find(Math.min(Number(limit ?? 50), 100), included)));
  };
}
