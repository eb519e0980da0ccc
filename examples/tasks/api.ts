import { api } from "tsverless";
import { attachments, confirm } from "./attachments.ts";
import { members, orgs } from "./orgs.ts";
import { projects } from "./projects.ts";
import { comments, tasks } from "./tasks.ts";
import { login, me, signUp } from "./users.ts";

/** The whole API: `app.handler` is one Lambda function for all of it. */
export const app = api(
  {
    "POST /users": signUp,
    "POST /login": login,
    "GET /me": me,
    orgs,
    "orgs/{orgId}/members": members,
    "orgs/{orgId}/projects": projects,
    "orgs/{orgId}/projects/{projectId}/tasks": tasks,
    "orgs/{orgId}/projects/{projectId}/tasks/{taskId}/comments": comments,
    "orgs/{orgId}/projects/{projectId}/tasks/{taskId}/attachments": attachments,
    "POST /orgs/{orgId}/projects/{projectId}/tasks/{taskId}/attachments/{id}/confirm": confirm,
  },
  {
    docs: true,
    openapi: { title: "Tasks", version: "1.0.0", license: { name: "MIT", identifier: "MIT" } },
    names: {
      "orgs/{orgId}/members": "members",
      "orgs/{orgId}/projects": "projects",
      "orgs/{orgId}/projects/{projectId}/tasks": "tasks",
      "orgs/{orgId}/projects/{projectId}/tasks/{taskId}/comments": "comments",
      "orgs/{orgId}/projects/{projectId}/tasks/{taskId}/attachments": "attachments",
      "POST /orgs/{orgId}/projects/{projectId}/tasks/{taskId}/attachments/{id}/confirm": "attachmentsConfirm",
    },
  },
);
