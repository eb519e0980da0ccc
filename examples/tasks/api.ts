import { api } from "tsverless";
import { members, orgs } from "./orgs.ts";
import { projects, restoreProject } from "./projects.ts";
import { comments, restoreTask, tasks } from "./tasks.ts";
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
    "POST /orgs/{orgId}/projects/{id}/restore": restoreProject,
    "orgs/{orgId}/projects/{projectId}/tasks": tasks,
    "POST /orgs/{orgId}/projects/{projectId}/tasks/{id}/restore": restoreTask,
    "orgs/{orgId}/projects/{projectId}/tasks/{taskId}/comments": comments,
  },
  {
    docs: true,
    openapi: { title: "Tasks", version: "1.0.0", license: { name: "MIT", identifier: "MIT" } },
    names: {
      "orgs/{orgId}/members": "members",
      "orgs/{orgId}/projects": "projects",
      "orgs/{orgId}/projects/{projectId}/tasks": "tasks",
      "orgs/{orgId}/projects/{projectId}/tasks/{taskId}/comments": "comments",
      "POST /orgs/{orgId}/projects/{id}/restore": "projectsRestore",
      "POST /orgs/{orgId}/projects/{projectId}/tasks/{id}/restore": "tasksRestore",
    },
  },
);
