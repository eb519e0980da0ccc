import { describe, expect, it } from "vitest";
import { camel, routeName } from "../../../api/routes/routeName.ts";

describe("routeName", () => {
  it.each([
    ["POST /login", "postLogin"],
    ["GET /", "get"],
    ["GET /users/{id}/posts", "getUsersIdPosts"],
    ["GET /files/{path+}", "getFilesPath"],
    ["ANY /v2/forgot-password", "anyV2ForgotPassword"],
    ["GET /userPosts_2.json", "getUserPosts2Json"],
    ["GET /münchen", "getMünchen"],
    ["$default", "default"],
  ])("of %s is %s", (key, name) => {
    expect(routeName(key)).toBe(name);
  });
});

describe("camel", () => {
  it.each([
    ["users", "users"],
    ["blog-posts", "blogPosts"],
    ["--a--b--", "aB"],
    ["users/{userId}/posts", "usersUserIdPosts"],
    ["", ""],
  ])("of %j is %j", (text, name) => {
    expect(camel(text)).toBe(name);
  });
});
