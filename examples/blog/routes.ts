import { posts } from "./posts.ts";
import { login, me, retrieveUser, signUp } from "./users.ts";

/** The routes of the API, as API Gateway names them. Each handler could be a Lambda function of its own. */
export const routes = {
  "POST /users": signUp,
  "POST /login": login,
  "GET /me": me,
  "GET /users/{id}": retrieveUser,
  "GET /posts": posts.list,
  "POST /posts": posts.create,
  "GET /posts/{id}": posts.retrieve,
  "PATCH /posts/{id}": posts.update,
  "DELETE /posts/{id}": posts.delete,
};
