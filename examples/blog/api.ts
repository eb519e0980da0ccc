import { api } from "tsverless";
import { posts } from "./posts.ts";
import { login, me, retrieveUser, signUp } from "./users.ts";

/** The whole API: `blog.handler` is one Lambda function for all of it, `blog.handlers` are one for each route. */
export const blog = api({
  "POST /users": signUp,
  "POST /login": login,
  "GET /me": me,
  "GET /users/{id}": retrieveUser,
  posts,
});
