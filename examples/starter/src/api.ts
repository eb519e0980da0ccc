import { api } from "tsverless";
import { notes } from "./notes.ts";
import { login, me, signUp } from "./users.ts";

/** All routes: `app.handler` is one Lambda function for all of them, `app.handlers` are one for each. */
export const app = api(
  {
    "POST /users": signUp,
    "POST /login": login,
    "GET /me": me,
    notes,
  },
  { openapi: { title: "my-api" }, docs: true },
);
