// Copied over ../models.ts, it keeps the blog in memory, until it stops.
import type { ObjectOf } from "tsverless";
import { memoryModel } from "tsverless/models/memory";
import { post, user } from "./schemas.ts";

export const Users = memoryModel({ name: "User", schema: user, unique: ["email"] });
export const Posts = memoryModel({ name: "Post", schema: post });

export type User = ObjectOf<typeof Users>;

export const close = async (): Promise<void> => undefined;
