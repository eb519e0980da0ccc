// Copied over ../models.ts, it keeps the blog in MySQL or MariaDB: in the database that MYSQL_URL names.
import { Kysely, MysqlDialect } from "kysely";
import { createPool } from "mysql2";
import type { ObjectOf } from "tsverless";
import { sqlModel } from "tsverless/models/sql";
import { post, user } from "./schemas.ts";

const uri = process.env.MYSQL_URL ?? "mysql://root@localhost:3306/blog";
const db = new Kysely({ dialect: new MysqlDialect({ pool: createPool({ uri }) }) });

export const Users = sqlModel({ db, name: "User", table: "users", schema: user, unique: ["email"] });
export const Posts = sqlModel({ db, name: "Post", table: "posts", schema: post });

export type User = ObjectOf<typeof Users>;

export const close = (): Promise<void> => db.destroy();
