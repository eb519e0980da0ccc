import { api } from "tsverless";
import { posts } from "./posts.ts";
import { login, me, retrieveUser, signUp } from "./users.ts";

/**
 * The whole API: `blog.handler` is one Lambda function for all of it, `blog.handlers` are one for each route, and
 * `blog.openapi()` is its document, which is served at `GET /openapi.json`.
 */
export const blog = api(
  {
    "POST /users": signUp,
    "POST /login": login,
    "GET /me": me,
    "GET /users/{id}": retrieveUser,
    posts,
  },
  {
    docs: true,
    openapi: {
      title: "Blog",
      version: "1.0.0",
      description: "People sign up, log in and write posts. Anybody reads them.",
      license: { name: "MIT", identifier: "MIT" },
      tags: [
        { name: "account", description: "Who you are: sign up, log in" },
        { name: "users", description: "Who writes here" },
        { name: "posts", description: "What they write" },
      ],
    },
  },
);
