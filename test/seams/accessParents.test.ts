import { describe, expect, it } from "vitest";
import { api } from "../../api/api.ts";
import { resource } from "../../api/resource.ts";
import { bulkCreateHandler } from "../../generics/bulkCreateHandler.ts";
import { bulkDeleteHandler } from "../../generics/bulkDeleteHandler.ts";
import { listHandler } from "../../generics/listHandler.ts";
import { retrieveHandler } from "../../generics/retrieveHandler.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { pick } from "../../src/serializers/pick.ts";
import type { AccessError } from "../../tools/testing/access/report.ts";
import { proveAccess } from "../../tools/testing/proveAccess.ts";

interface User {
  id: string;
}
interface Project {
  id: string;
  owner: string;
  name: string;
}
interface Task {
  id: string;
  project: string;
  title: string;
}

/** Tasks below projects, which belong to whoever made them. */
function world() {
  const Users = memoryModel<User>({ name: "User", fields: { id: "text" } });
  const Projects = memoryModel<Project>({
    name: "Project",
    fields: { id: "text", owner: "text", name: "text" },
  });
  const Tasks = memoryModel<Task>({ name: "Task", fields: { id: "text", project: "text", title: "text" } });
  const auth = { model: Users, secret: "a secret of at least 32 bytes, for tests" };
  const projects = resource(Projects, {
    auth,
    queryset: (_event, { user }) => Projects.objects.filter({ owner: user.id }),
    defaults: ({ context }) => ({ owner: context.user.id }),
    required: ["name"],
    serializer: pick("id", "name"),
  });
  const parent = {
    model: Projects,
    param: "projectId",
    key: "project",
    queryset: (_event: unknown, { user }: { user: User }) => Projects.objects.filter({ owner: user.id }),
  } as const;
  const required = ["title"] as const;
  const below = { auth, parent, required, serializer: pick("id", "title") } as const;
  const path = "/projects/{projectId}/tasks";
  const entries = {
    projects,
    "projects/{projectId}/tasks": resource(Tasks, { ...below, update: { optional: ["project"] } }),
    [`POST ${path}/bulk`]: bulkCreateHandler(Tasks, { auth, parent, required }),
    [`DELETE ${path}`]: bulkDeleteHandler(Tasks, { auth, parent }),
  };
  return { Tasks, Projects, auth, parent, path, entries };
}
const users = { ann: {}, bob: {}, eve: {} };

describe("proveAccess below parents", () => {
  it("finds nothing where a parent bounds every verb", async () => {
    const { entries } = world();
    const report = await proveAccess(api(entries as never), { users, sources: ["http"] });
    expect(report.crossings).toEqual([]);
    expect(report.unproven).toEqual([]);
  });

  it("finds handlers that take any parent, or none", async () => {
    const { entries, Tasks, auth, parent } = world();
    const { queryset: _, ...open } = parent;
    const serializer = pick("id", "title");
    const app = api({
      ...entries,
      "GET /all/{projectId}/tasks": listHandler(Tasks, { auth, parent: open, serializer }),
      "GET /tasks/{id}": retrieveHandler(Tasks, { auth, serializer }),
    } as never);
    const error: unknown = await proveAccess(app, { users, sources: ["http"] }).catch(found => found);
    const { crossings } = error as AccessError;
    const routes = new Set(crossings.map(({ route }) => route));
    expect([...routes].sort()).toEqual(["GET /all/{projectId}/tasks", "GET /tasks/{id}"]);
  });
});
