import type { Handler } from "../contenders/contender.ts";

/** Lists posts with what `?include=` asks for, from a database of its own. */
export interface RelationsContender {
  list(): Handler;
}

/** How many comments of each post are shown. */
export const mostComments = 3;

export interface Author {
  id: string;
  name: string;
  email: string;
}

export interface Post {
  id: string;
  title: string;
  text: string;
  author: string | null;
}

export interface Comment {
  id: string;
  post: string;
  text: string;
}

const numbered = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const two = (index: number): string => String(index).padStart(2, "0");

export const authors: readonly Author[] = numbered(10).map(index => ({
  id: `author-${two(index)}`,
  name: `Author ${index}`,
  email: "never goes out",
}));

/** A page of posts; some have no author. */
export const posts: readonly Post[] = numbered(50).map(index => ({
  id: `post-${two(index)}`,
  title: `Post ${index}`,
  text: "never goes out",
  author: index % 7 === 3 ? null : (authors[index % authors.length] as Author).id,
}));

/** Most posts have more comments than are shown, some fewer, some none. */
export const comments: readonly Comment[] = posts.flatMap(({ id }, index) =>
  numbered(index % 8).map(at => ({ id: `comment-${two(index)}-${at}`, post: id, text: `Comment ${at}` })),
);
