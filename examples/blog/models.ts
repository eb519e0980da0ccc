import type { ObjectOf } from "tsverless";
import { sqlModel } from "tsverless/models/sql";
import { sqlite } from "tsverless/models/sqlite";
import { post, user } from "./schemas.ts";

const db = sqlite(process.env.BLOG_DB ?? "./.data/blog.sqlite");

export const Users = sqlModel({ db, name: "User", table: "users", schema: user, unique: ["email"] });
export const Posts = sqlModel({ db, name: "Post", table: "posts", schema: post });

export type User = ObjectOf<typeof Users>;

export const close = (): Promise<void> => db.destroy();
