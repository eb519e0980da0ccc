import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { ObjectOf } from "tsverless";
import { many, one } from "tsverless/models";
import { sqlModel } from "tsverless/models/sql";
import { sqlite } from "tsverless/models/sqlite";
import * as z from "zod";

const { DATABASE_URL: connectionString, TASKS_DB: path = "./.data/tasks.sqlite" } = process.env;

export const db = connectionString
  ? new Kysely<unknown>({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString }) }) })
  : sqlite(path);

const database = { db, naming: "snake" } as const;
const key = z.string();
const name = z.string().trim().min(1).max(200);
const text = z.string().trim().max(10_000);
const stamps = { createdAt: true, createdBy: true, updatedAt: true } as const;
const stamped = { createdAt: z.date(), createdBy: key.nullable(), updatedAt: z.date() };
const deletedAt = z.date().nullable().default(null);

export const Users = sqlModel({
  ...database,
  name: "User",
  table: "users",
  schema: z.object({ id: key, email: z.email(), name, password: key, createdAt: z.date() }),
  unique: ["email"],
  stamps: { createdAt: true },
});

/** Who belongs to which organisation, as what. */
export const Members = sqlModel({
  ...database,
  name: "Member",
  table: "members",
  schema: z.object({ id: key, orgId: key, userId: key, role: z.enum(["owner", "member", "guest"]) }),
  unique: [["orgId", "userId"]],
  indexes: ["userId"],
  relations: { user: one(Users, "userId") },
});

export const Orgs = sqlModel({
  ...database,
  name: "Org",
  table: "orgs",
  schema: z.object({ id: key, name, ...stamped }),
  relations: { members: many(Members, "orgId") },
  stamps,
});

export const Projects = sqlModel({
  ...database,
  name: "Project",
  table: "projects",
  schema: z.object({ id: key, orgId: key, name, ...stamped, deletedAt }),
  indexes: [["orgId", "name"]],
  relations: { org: one(Orgs, "orgId") },
  stamps,
  softDelete: "deletedAt",
});

export const Comments = sqlModel({
  ...database,
  name: "Comment",
  table: "comments",
  schema: z.object({ id: key, taskId: key, text: text.min(1), ...stamped }),
  indexes: [["taskId", "createdAt"]],
  relations: { author: one(Users, "createdBy") },
  stamps,
});

export const Tasks = sqlModel({
  ...database,
  name: "Task",
  table: "tasks",
  schema: z.object({
    id: key,
    projectId: key,
    title: name,
    text: text.default(""),
    status: z.enum(["open", "doing", "closed"]).default("open"),
    assigneeId: key.nullable().default(null),
    due: z.iso.date().nullable().default(null),
    tags: z.array(z.string().max(50)).max(20).default([]),
    ...stamped,
    deletedAt,
  }),
  indexes: [["projectId", "due"], "assigneeId"],
  relations: {
    project: one(Projects, "projectId"),
    assignee: one(Users, "assigneeId"),
    comments: many(Comments, "taskId", { orderBy: "createdAt" }),
  },
  stamps,
  softDelete: "deletedAt",
});

/** Files of tasks, which S3 has: first `pending`, until it is confirmed that they are there. */
export const Attachments = sqlModel({
  ...database,
  name: "Attachment",
  table: "attachments",
  schema: z.object({
    id: key,
    taskId: key,
    name,
    type: z
      .string()
      .max(100)
      .regex(/^[\w.+-]+\/[\w.+-]+$/),
    size: z.int().min(1).max(10_000_000),
    state: z.enum(["pending", "ready"]).default("pending"),
    etag: z.string().nullable().default(null),
    ...stamped,
  }),
  indexes: ["taskId"],
  stamps,
});

export type User = ObjectOf<typeof Users>;
export type Member = ObjectOf<typeof Members>;
export type Attachment = ObjectOf<typeof Attachments>;
