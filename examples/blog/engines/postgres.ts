// Copied over ../models.ts, it keeps the blog in PostgreSQL: in the database that DATABASE_URL names, or PGHOST and its like.
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { ObjectOf } from "tsverless";
import { sqlModel } from "tsverless/models/sql";
import { post, user } from "./schemas.ts";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const db = new Kysely({ dialect: new PostgresDialect({ pool }) });

export const Users = sqlModel({ db, name: "User", table: "users", schema: user, unique: ["email"] });
export const Posts = sqlModel({ db, name: "Post", table: "posts", schema: post });

export type User = ObjectOf<typeof Users>;

export const close = (): Promise<void> => db.destroy();
