import { beforeEach, describe, expect, it } from "vitest";
import { api } from "../../api/api.ts";
import { resource } from "../../api/resource.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import type { Model } from "../../src/models/types.ts";
import { pick } from "../../src/serializers/pick.ts";
import { proveAccess } from "../../tools/testing/proveAccess.ts";
import { testClient } from "../../tools/testing/requests/client.ts";
import { startDatabases } from "../support/databases.ts";
import { modelEngines } from "../support/modelEngines.ts";

interface Member {
  id: string;
  org: string;
  user: string;
  role: string;
}
interface Project {
  id: string;
  org: string;
  name: string;
}
interface Task {
  id: string;
  project: string;
  title: string;
}
const memberFields = { id: "text", org: "text", user: "text", role: "text" } as const;
const projectFields = { id: "text", org: "text", name: "text" } as const;
const taskFields = { id: "text", project: "text", title: "text" } as const;

const databases = startDatabases("parentReferences");
const engines = modelEngines(databases);

const auth = { loadUser: (id: string) => ({ id }), secret: "a secret of at least 32 bytes, for tests" };
type Context = { user: { id: string } };

/** What is below an organisation is below the caller's membership in it, whose role counts. */
function appOf(Members: Model<Member>, Projects: Model<Project>, Tasks: Model<Task>) {
  const org = {
    model: Members,
    param: "orgId",
    key: "org",
    references: "org",
    queryset: (_event: unknown, { user }: Context) => Members.objects.filter({ user: user.id }),
  } as const;
  const project = { model: Projects, param: "projectId", key: "project", parent: org } as const;
  return api({
    "orgs/{orgId}/projects": resource(Projects, {
      auth,
      parent: org,
      required: ["name"],
      serializer: pick("id", "org", "name"),
      permit: (_event, { parent }) => parent.role !== "guest",
      retrieve: { permit: undefined },
      list: { permit: undefined },
      update: { optional: ["name", "org"], permit: (_event, { parent }) => parent.role === "owner" },
    }),
    "orgs/{orgId}/projects/{projectId}/tasks": resource(Tasks, {
      auth,
      parent: project,
      required: ["title"],
      serializer: pick("id", "title"),
      permit: (_event, { parents: [_project, { role }] }) => role !== "guest",
    }),
  });
}

describe.each(engines)("what is below parents by another field than their id, of %s", (_name, make) => {
  let Members: Model<Member>;
  let Projects: Model<Project>;
  let Tasks: Model<Task>;
  let app: ReturnType<typeof appOf>;
  const as = (id: string) => testClient(app).as({ id });

  beforeEach(async () => {
    Members = await make<Member>("Member", memberFields);
    Projects = await make<Project>("Project", projectFields);
    Tasks = await make<Task>("Task", taskFields);
    app = appOf(Members, Projects, Tasks);
    for (const [org, user, role] of [
      ["a", "ann", "owner"],
      ["a", "gus", "guest"],
      ["b", "bob", "owner"],
      ["c", "ann", "owner"],
      ["d", "ann", "guest"],
    ] as const)
      await Members.create({ id: `${org}-${user}`, org, user, role });
  });

  it("is found by that field, which is the key of what is created", async () => {
    const made = await as("ann").post("/orgs/a/projects", { body: { name: "One" } });
    const { id } = made.body as Project;
    expect([made.status, made.body]).toEqual([201, { id, org: "a", name: "One" }]);
    expect(made.headers.get("location")).toBe(`/orgs/a/projects/${id}`);
    expect((await as("gus").get("/orgs/a/projects")).body).toEqual([made.body]);
    expect((await as("gus").get(`/orgs/a/projects/${id}`)).status).toBe(200);
    const task = await as("ann").post(`/orgs/a/projects/${id}/tasks`, { body: { title: "T" } });
    expect([task.status, (await Tasks.objects.page({})).items]).toMatchObject([201, [{ project: id }]]);
  });

  it("does not exist where no such parent is within reach, nor by the parent's own id", async () => {
    await Projects.create({ id: "p", org: "a", name: "One" });
    for (const [user, org] of [
      ["bob", "a"],
      ["ann", "b"],
      ["ann", "a-ann"],
      ["ann", "c"],
    ] as const) {
      expect([user, org, (await as(user).get(`/orgs/${org}/projects/p`)).status]).toEqual([user, org, 404]);
      expect((await as(user).get(`/orgs/${org}/projects/p/tasks`)).status).toBe(404);
    }
  });

  it("goes by the very parent of the caller", async () => {
    expect((await as("gus").post("/orgs/a/projects", { body: { name: "x" } })).status).toBe(403);
    const other = await as("ann").post("/orgs/a/projects", { body: { name: "x", org: "c" } });
    expect(other.body).toEqual({ code: 400, message: "org must be that of the path", field: "org" });
  });

  it("moves below another parent that is within reach", async () => {
    await Projects.create({ id: "p", org: "a", name: "One" });
    const move = (org: string) => as("ann").patch("/orgs/a/projects/p", { body: { org } });
    for (const org of ["b", "none", "a-ann"]) {
      expect((await move(org)).body).toEqual({
        code: 400,
        message: "org refers to what is not there",
        field: "org",
      });
    }
    expect((await move("c")).body).toEqual({ id: "p", org: "c", name: "One" });
  });
});

const memory = <T extends object>(name: string, fields: object) => memoryModel<T>({ name, fields } as never);

describe("references of a parent", () => {
  const Members = memory<Member>("Member", memberFields);

  it("proves that nobody reaches what is below the parents of others", async () => {
    const [Projects, Tasks] = [memory<Project>("Project", projectFields), memory<Task>("Task", taskFields)];
    const users = { ann: { id: "ann" }, gus: { id: "gus" }, bob: { id: "bob" } };
    const seed = async () => {
      await Members.create({ org: "a", user: "ann", role: "owner" });
      await Members.create({ org: "a", user: "gus", role: "guest" });
      await Members.create({ org: "b", user: "bob", role: "owner" });
    };
    const report = await proveAccess(appOf(Members, Projects, Tasks) as never, { users, seed });
    expect([report.crossings, report.unproven]).toEqual([[], []]);
  });

  it("is a TypeError where the parent has no such field, or one of another kind", () => {
    const of = (fields: object, references: string) => () =>
      resource(memory<Project>("Project", fields), {
        parent: { model: Members, param: "orgId", key: "org", references: references as "org" },
        serializer: pick("id"),
      });
    expect(of(projectFields, "orgg")).toThrow(/option "parent".*"references" names "orgg"/);
    expect(of({ ...projectFields, org: "integer" }, "org")).toThrow(
      'option "parent": "org" of Project is integer, and the org of Member is text',
    );
  });
});
