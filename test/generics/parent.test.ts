import { beforeAll, describe, expect, it } from "vitest";
import { type Api, api } from "../../api/api.ts";
import { resource } from "../../api/resource.ts";
import { bulkCreateHandler } from "../../generics/bulkCreateHandler.ts";
import { bulkDeleteHandler } from "../../generics/bulkDeleteHandler.ts";
import { createHandler } from "../../generics/createHandler.ts";
import { listHandler } from "../../generics/listHandler.ts";
import { retrieveHandler } from "../../generics/retrieveHandler.ts";
import { updateHandler } from "../../generics/updateHandler.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { asQueryset } from "../../src/models/query/asQueryset.ts";
import type { Model } from "../../src/models/types.ts";
import { explain } from "../../src/pipeline/explain.ts";
import { pick } from "../../src/serializers/pick.ts";
import { testClient } from "../../tools/testing/requests/client.ts";
import { startDatabases } from "../support/databases.ts";
import { sources } from "../support/events.ts";
import { type MakeModel, modelEngines } from "../support/modelEngines.ts";
import { send } from "../support/send.ts";
import { watchedReads } from "../support/watchedReads.ts";

interface User {
  id: string;
}
interface Org {
  id: string;
  slug: string;
  owner: string;
}
interface Project {
  id: number;
  org: string;
  name: string;
}
interface Task {
  id: string;
  project: number | null;
  title: string;
  done: boolean | null;
}
const orgFields = { id: "text", slug: "text", owner: "text" } as const;
const projectFields = { id: "integer", org: "text", name: "text" } as const;
const taskFields = { id: "text", project: "integer", title: "text", done: "boolean" } as const;

const databases = startDatabases("parents");
const engines = modelEngines(databases);

const Users = memoryModel<User>({ name: "User", objects: [{ id: "ann" }, { id: "bob" }] });
const auth = { model: Users, secret: "a secret of at least 32 bytes, for tests" };

interface World {
  Orgs: Model<Org>;
  Projects: Model<Project>;
  Tasks: Model<Task>;
  /** Reads by id, by model, since it was last emptied. */
  reads: string[];
}

/** A model that notes each object that is asked for by its id. */
const counted = <T extends object>(model: Model<T>, reads: string[]): Model<T> =>
  watchedReads(model, (method, [id]) => {
    if (method === "get") reads.push(`${model.name} ${String(id)}`);
  });

async function worldOf(make: MakeModel): Promise<World> {
  const reads: string[] = [];
  const Orgs = counted(await make<Org>("Org", orgFields), reads);
  const Projects = counted(await make<Project>("Project", projectFields), reads);
  const Tasks = await make<Task>("Task", taskFields);
  await Orgs.create({ id: "a", slug: "acme", owner: "ann" });
  await Orgs.create({ id: "b", slug: "bolt", owner: "bob" });
  for (const [id, org] of [
    [1, "a"],
    [2, "a"],
    [3, "b"],
  ] as const) {
    await Projects.create({ id, org, name: `project ${id}` });
    await Tasks.create({ id: `t${id}`, project: id, title: `task ${id}`, done: false });
  }
  return { Orgs, Projects, Tasks, reads };
}

const serializer = pick("id", "project", "title", "done");

/** Tasks below projects below organisations, of which everybody reaches their own. */
function appOf({ Orgs, Projects, Tasks }: World): Api<object> {
  const parent = {
    model: Projects,
    param: "projectId",
    key: "project",
    parent: {
      model: Orgs,
      param: "org",
      key: "org",
      lookup: "slug",
      queryset: (_event: unknown, { user }: { user: User }) => Orgs.objects.filter({ owner: user.id }),
    },
  } as const;
  const required = ["title"] as const;
  const settable = { required, optional: ["done"] } as const;
  return api({
    "orgs/{org}/projects/{projectId}/tasks": resource(Tasks, {
      auth,
      parent,
      serializer,
      ...settable,
      filters: ["title"],
      ordering: ["title"],
      limit: 2,
      update: { upsert: true, replace: true, optional: ["project", "done"] },
    }),
    "POST /orgs/{org}/projects/{projectId}/tasks/bulk": bulkCreateHandler(Tasks, {
      auth,
      parent,
      ...settable,
    }),
    "DELETE /orgs/{org}/projects/{projectId}/tasks": bulkDeleteHandler(Tasks, { auth, parent }),
    "PATCH /orgs/{org}/projects/{projectId}/fixed/{id}": updateHandler(Tasks, {
      auth,
      parent,
      required,
      serializer,
    }),
  }) as Api<object>;
}

describe.each(engines)("a resource below parents, of %s", (_name, make) => {
  let world: World;
  let ann: ReturnType<typeof testClient>;
  beforeAll(async () => {
    world = await worldOf(make);
    ann = testClient(appOf(world)).as({ id: "ann" });
  });
  const base = "/orgs/acme/projects";
  const all = async (): Promise<Task[]> =>
    (await asQueryset(world.Tasks.objects, world.Tasks).all()).sort((a, b) => (a.id < b.id ? -1 : 1));

  it("reaches what is below its parent and nothing else, on every verb", async () => {
    const before = await all();
    expect((await ann.get(`${base}/1/tasks`)).body).toEqual([
      { id: "t1", project: 1, title: "task 1", done: false },
    ]);
    expect((await ann.get(`${base}/1/tasks/t1`)).status).toBe(200);
    const body = { title: "x" };
    const nowhere = { code: 404, message: "Resource Not Found" };
    for (const path of [`${base}/1/tasks/t2`, `${base}/2/tasks/t1`, `${base}/1/tasks/none`]) {
      expect([path, (await ann.get(path)).body]).toEqual([path, nowhere]);
      expect([path, (await ann.patch(path, { body })).body]).toEqual([path, nowhere]);
      expect([path, (await ann.delete(path)).body]).toEqual([path, nowhere]);
    }
    expect((await ann.put(`${base}/1/tasks/t2`, { body })).status).toBe(404);
    const gone = await ann.delete(`${base}/1/tasks`, { query: { id: ["t2", "t3"] } });
    expect((gone.body as { status: number }[]).map(({ status }) => status)).toEqual([404, 404]);
    expect(await all()).toEqual(before);
  });

  it("is 404 on every verb where a parent is none that this request may reach", async () => {
    const before = await all();
    const paths = [
      "/orgs/bolt/projects/3/tasks",
      "/orgs/acme/projects/3/tasks",
      "/orgs/bolt/projects/1/tasks",
      "/orgs/acme/projects/9/tasks",
      "/orgs/none/projects/1/tasks",
      "/orgs/acme/projects/x/tasks",
      "/orgs/acme/projects/%00/tasks",
    ];
    for (const path of paths) {
      const responses = await Promise.all([
        ann.get(path),
        ann.post(path, { body: { title: "x" } }),
        ann.get(`${path}/t3`),
        ann.put(`${path}/t3`, { body: { title: "x" } }),
        ann.put(`${path}/new`, { body: { title: "x" } }),
        ann.patch(`${path}/t3`, { body: { title: "x" } }),
        ann.delete(`${path}/t3`),
        ann.post(`${path}/bulk`, { body: [{ title: "x" }] }),
        ann.delete(path, { query: { id: "t3" } }),
      ]);
      expect([path, responses.map(({ status }) => status)]).toEqual([path, responses.map(() => 404)]);
    }
    expect(await all()).toEqual(before);
  });

  it("loads each parent once", async () => {
    for (const ask of [
      () => ann.get(`${base}/1/tasks/t1`),
      () => ann.get(`${base}/1/tasks`),
      () => ann.patch(`${base}/1/tasks/t1`, { body: { done: false } }),
    ]) {
      world.reads.length = 0;
      expect((await ask()).status).toBe(200);
      expect(world.reads).toEqual(["Project 1"]);
    }
  });

  it("sets the key of what it creates, says where that is, and refuses another", async () => {
    const made = await ann.post(`${base}/1/tasks`, { body: { title: "new" } });
    const { id } = made.body as Task;
    expect(made.body).toMatchObject({ id, project: 1, title: "new" });
    expect(made.headers.get("location")).toBe(`${base}/1/tasks/${id}`);
    expect((await ann.get(made.headers.get("location") as string)).status).toBe(200);
    const same = await ann.post(`${base}/1/tasks`, { body: { title: "same", project: 1 } });
    expect([same.status, (same.body as Task).project]).toEqual([201, 1]);
    const before = await all();
    for (const project of [2, 3, null, "2", {}, [1]]) {
      for (const ask of [
        () => ann.post(`${base}/1/tasks`, { body: { title: "x", project } }),
        () => ann.put(`${base}/1/tasks/other`, { body: { title: "x", project } }),
      ]) {
        expect([project, (await ask()).body]).toEqual([
          project,
          { code: 400, message: "project must be that of the path", field: "project" },
        ]);
      }
    }
    expect(await all()).toEqual(before);
    await world.Tasks.delete((await world.Tasks.objects.get(id)) as Task);
    await world.Tasks.delete((await world.Tasks.objects.get((same.body as Task).id)) as Task);
  });

  it("creates below its parent by PUT, and each item of a list by itself", async () => {
    const put = await ann.put(`${base}/2/tasks/put`, { body: { title: "put" } });
    expect([put.status, put.body]).toMatchObject([201, { id: "put", project: 2, title: "put" }]);
    expect(put.headers.get("location")).toBe(`${base}/2/tasks/put`);
    const bulk = await ann.post(`${base}/2/tasks/bulk`, {
      body: [{ title: "b1" }, { title: "b2", project: 1 }, { title: "b3", project: 2 }],
    });
    const [first, second, third] = bulk.body as { status: number; id: string; error?: object }[];
    expect([bulk.status, first?.status, second, third?.status]).toEqual([
      207,
      201,
      { status: 400, error: { code: 400, message: "project must be that of the path", field: "project" } },
      201,
    ]);
    const stored = await world.Tasks.objects.get(first?.id as string);
    expect(stored).toMatchObject({ title: "b1", project: 2 });
    const gone = await ann.delete(`${base}/2/tasks`, {
      query: { id: ["put", first?.id as string, third?.id as string] },
    });
    expect(gone.status).toBe(200);
  });

  it("moves what it holds below another parent that it reaches, and below no other", async () => {
    const before = await all();
    for (const project of [3, 9, null, {}, "x"]) {
      for (const method of ["PATCH", "PUT"] as const) {
        const refused = await ann.request(method, `${base}/1/tasks/t1`, {
          body: { title: "task 1", project },
        });
        expect([method, project, refused.status, (refused.body as { field?: string }).field]).toEqual([
          method,
          project,
          400,
          "project",
        ]);
      }
    }
    // Nothing says whether it is there.
    const [there, absent] = await Promise.all(
      [3, 9].map(project => ann.patch(`${base}/1/tasks/t1`, { body: { project } })),
    );
    expect(there?.body).toEqual(absent?.body);
    expect(await all()).toEqual(before);
    const moved = await ann.patch(`${base}/1/tasks/t1`, { body: { project: 2 } });
    expect([moved.status, moved.body]).toEqual([200, { id: "t1", project: 2, title: "task 1", done: false }]);
    expect((await ann.get(`${base}/1/tasks/t1`)).status).toBe(404);
    const patch = [{ op: "replace", path: "/project", value: 1 }];
    const back = await ann.patch(`${base}/2/tasks/t1`, {
      body: JSON.stringify(patch),
      headers: { "Content-Type": "application/json-patch+json" },
    });
    expect([back.status, (back.body as Task).project]).toEqual([200, 1]);
  });

  it("keeps the parent when a replacement leaves it out", async () => {
    const put = await ann.put(`${base}/1/tasks/t1`, { body: { title: "task 1" } });
    expect([put.status, put.body]).toEqual([200, { id: "t1", project: 1, title: "task 1", done: null }]);
    await ann.patch(`${base}/1/tasks/t1`, { body: { done: false } });
  });

  it("refuses another parent of what can't move", async () => {
    const path = `${base}/1/fixed/t1`;
    expect((await ann.patch(path, { body: { title: "task 1", project: 1 } })).status).toBe(200);
    expect((await ann.patch(path, { body: { title: "x", project: 2 } })).body).toEqual({
      code: 400,
      message: "project must be that of the path",
      field: "project",
    });
    expect((await world.Tasks.objects.get("t1"))?.title).toBe("task 1");
  });
});

const memory: MakeModel = async (name, fields) => memoryModel({ name, fields } as never);

describe("below a parent", () => {
  it.each(sources)("Location and Link lead back behind a base path, from %s", async source => {
    const world = await worldOf(memory);
    const { Projects, Tasks } = world;
    const parent = { model: Projects, param: "projectId", key: "project" } as const;
    const { handler } = api(
      {
        "projects/{projectId}/tasks": resource(Tasks, {
          parent,
          serializer,
          required: ["title"],
          limit: 1,
        }),
      },
      { basePath: "/shop", prefix: "/v1" },
    );
    const path = "/shop/v1/projects/1/tasks";
    const made = await send(handler, source, { method: "POST", path, body: { title: "a b" } });
    expect(made.status).toBe(201);
    const location = String(made.headers.location);
    // A REST API has its stage in front of the paths that its functions see.
    const stage = source === "rest" ? "/dev" : "";
    const seen = (address: string): string => address.slice(stage.length);
    expect(location).toBe(`${stage}${path}/${(made.body as Task).id}`);
    expect((await send(handler, source, { path: seen(location) })).body).toEqual(made.body);
    const page = await send(handler, source, { path });
    const [, next] = /<([^>]+)>; rel="next"/.exec(String(page.headers.link)) as unknown as [string, string];
    expect(next.startsWith(`${stage}${path}?`)).toBe(true);
    const { pathname, searchParams } = new URL(next, "https://example.org");
    const second = await send(handler, source, { path: seen(pathname), query: [...searchParams] });
    expect([page.body, second.body].flat()).toHaveLength(2);
  });

  it("every function sees the parents", async () => {
    const { Orgs, Projects, Tasks } = await worldOf(memory);
    const seen: string[] = [];
    interface Seen {
      parent?: { id: unknown };
      parents?: readonly { id: unknown }[];
    }
    const see =
      <T>(name: string, value: T) =>
      (_first: unknown, context: Seen): T => {
        seen.push(`${name} ${[context.parent, ...(context.parents ?? [])].map(one => String(one?.id))}`);
        return value;
      };
    const { handler } = api({
      "orgs/{orgId}/projects/{projectId}/tasks": resource(Tasks, {
        parent: {
          model: Projects,
          param: "projectId",
          key: "project",
          queryset: (event, context) => see("scope of projects", Projects.objects)(event, context),
          parent: {
            model: Orgs,
            param: "orgId",
            key: "org",
            queryset: (event, context) => see("scope of orgs", Orgs.objects)(event, context as object),
          },
        },
        permit: (event, context) => see("permit", true)(event, context),
        queryset: (event, context) => see("queryset", Tasks.objects)(event, context),
        defaults: ({ event, context }) => see("defaults", { done: true })(event, context),
        required: ["title"],
        create: { create: (data, { context }) => Tasks.create(see("create", data)(0, context)) },
        serializer: (task, { event, context }) => see("serializer", task.title)(event, context),
      }),
    });
    const path = "/orgs/a/projects/1/tasks";
    const made = await send(handler, "http", { method: "POST", path, body: { title: "x" } });
    expect([made.status, made.body]).toEqual([201, "x"]);
    expect(seen).toEqual([
      "scope of orgs undefined",
      "scope of projects a,a",
      "permit 1,1,a",
      "defaults 1,1,a",
      "queryset 1,1,a",
      "create 1,1,a",
      "serializer 1,1,a",
    ]);
  });

  it("a queryset that reads the parent is asked again of the one that an object moves to", async () => {
    const { Projects, Tasks } = await worldOf(memory);
    const open = new Set([1, 2]);
    const { handler } = api({
      "projects/{projectId}/tasks": resource(Tasks, {
        parent: { model: Projects, param: "projectId", key: "project" },
        queryset: (_event, { parent }) =>
          Tasks.objects.filter({ project: open.has(parent.id) ? parent.id : -1 }),
        optional: ["project"],
        serializer,
      }),
    });
    const move = (project: number) =>
      send(handler, "http", { method: "PATCH", path: "/projects/1/tasks/t1", body: { project } });
    expect((await move(3)).status).toBe(404);
    expect((await Tasks.objects.get("t1"))?.project).toBe(1);
    expect((await move(2)).status).toBe(200);
  });

  it("a queryset that gives a list is bounded as well, and admits nothing new", async () => {
    const { Projects, Tasks } = await worldOf(memory);
    const { handler } = api({
      "projects/{projectId}/tasks": resource(Tasks, {
        parent: { model: Projects, param: "projectId", key: "project" },
        queryset: () => asQueryset(Tasks.objects, Tasks).all(),
        required: ["title"],
        serializer,
      }),
    });
    const ask = (path: string, more = {}) => send(handler, "http", { path, ...more });
    expect((await ask("/projects/1/tasks")).body).toMatchObject([{ id: "t1" }]);
    expect((await ask("/projects/1/tasks/t2")).status).toBe(404);
    expect((await ask("/projects/1/tasks", { method: "POST", body: { title: "x" } })).status).toBe(404);
  });

  it("objects may be below others of their own kind", async () => {
    interface Folder {
      id: string;
      inside: string | null;
    }
    const Folders = memoryModel<Folder>({
      name: "Folder",
      fields: { id: "text", inside: "text" },
      objects: [
        { id: "a", inside: null },
        { id: "b", inside: "a" },
      ],
    });
    const { handler } = api({
      "folders/{parentId}/folders": resource(Folders, {
        parent: { model: Folders, param: "parentId", key: "inside" },
        optional: ["id"],
        serializer: pick("id", "inside"),
      }),
    });
    const made = await send(handler, "rest", {
      method: "POST",
      path: "/folders/b/folders",
      body: { id: "c" },
    });
    expect(made.body).toEqual({ id: "c", inside: "b" });
    expect((await send(handler, "rest", { path: "/folders/a/folders" })).body).toEqual([
      { id: "b", inside: "a" },
    ]);
    expect((await send(handler, "rest", { path: "/folders/a/folders/c" })).status).toBe(404);
  });

  it("a handler without routes takes nothing for its parent", async () => {
    const { Projects, Tasks } = await worldOf(memory);
    const handler = retrieveHandler(Tasks, {
      parent: { model: Projects, param: "projectId", key: "project" },
      serializer,
    });
    for (const source of sources.filter(name => name.startsWith("alb") || name.startsWith("lattice"))) {
      expect((await send(handler, source, { path: "/projects/1/tasks/t1" })).status).toBe(404);
    }
  });

  it("documents have the parameters of the parents, and that they may be none", async () => {
    const { Projects, Tasks } = await worldOf(memory);
    const parent = { model: Projects, param: "projectId", key: "project" } as const;
    const { paths } = await api({
      "projects/{projectId}/tasks": resource(Tasks, { parent, required: ["title"], serializer }),
    }).openapi();
    for (const operation of [
      paths["/projects/{projectId}/tasks"]?.post,
      paths["/projects/{projectId}/tasks"]?.get,
    ]) {
      expect(operation?.parameters?.find(({ in: place }) => place === "path")).toEqual({
        name: "projectId",
        in: "path",
        required: true,
        schema: { type: "integer" },
      });
      expect(Object.keys(operation?.responses ?? {})).toContain("404");
    }
  });

  it("explain says what is loaded", async () => {
    const { Projects, Tasks } = await worldOf(memory);
    const handler = listHandler(Tasks, {
      parent: { model: Projects, param: "projectId", key: "project" },
      serializer,
    });
    const [link] = explain(handler).filter(({ name }) => name === "loadParent");
    expect(link).toEqual({
      name: "loadParent",
      needs: ["event.pathParameters.projectId"],
      adds: ["context.parent", "context.parents"],
    });
  });
});

describe("the option parent", () => {
  const Projects = memoryModel<Project>({ name: "Project", fields: projectFields });
  const Orgs = memoryModel<Org>({ name: "Org", fields: orgFields });
  const Tasks = memoryModel<Task>({ name: "Task", fields: taskFields });
  const right = { model: Projects, param: "projectId", key: "project" } as const;
  const above = { model: Orgs, param: "orgId", key: "org" } as const;

  it.each<[string, object]>([
    ['option "parent" needs "model"', { ...right, model: undefined }],
    ['option "parent" needs "param"', { ...right, param: undefined }],
    ['option "parent" needs "key"', { ...right, key: undefined }],
    ['option "parent": option "model" must be a model', { ...right, model: {} }],
    ['option "parent": option "param" must be a string', { ...right, param: 1 }],
    ['option "parent": option "key" must be a string', { ...right, key: 1 }],
    ['option "parent": option "queryset" must be a function', { ...right, queryset: [] }],
    [
      'option "parent": unknown option "models"; it takes model, param, key, references, lookup, queryset, parent',
      { ...right, models: 1 },
    ],
    [
      'option "parent": option "key" names "projekt", which is not a field of Task; it has id, project, title, done',
      { ...right, key: "projekt" },
    ],
    [
      'option "parent": option "lookup" names "slug", which is not a field of Project; it has id, org, name',
      { ...right, lookup: "slug" },
    ],
    [
      'option "parent": "title" of Task is text, and the id of Project is integer',
      { ...right, key: "title" },
    ],
    ['option "parent": the path parameter "id" names another object already', { ...right, param: "id" }],
    [
      'option "parent": the path parameter "projectId" names another object already',
      { ...right, parent: { ...above, param: "projectId" } },
    ],
    [
      'option "parent": option "key" names "project", which is not a field of Project; it has id, org, name',
      { ...right, parent: { ...above, key: "project" } },
    ],
  ])("is refused: %s", (message, parent) => {
    expect(() => retrieveHandler(Tasks, { serializer, parent } as never)).toThrow(
      new TypeError(`retrieveHandler: ${message}`),
    );
    expect(() => resource(Tasks, { serializer, parent } as never)).toThrow(TypeError);
  });

  it("is refused where it is nothing", () => {
    expect(() => createHandler(Tasks, { parent: null } as never)).toThrow(
      new TypeError('createHandler: option "parent" must be an object'),
    );
  });

  it("needs a path that has its parameter", () => {
    const tasks = resource(Tasks, { serializer, parent: { ...right, parent: above } });
    expect(() => api({ "projects/{projectId}/tasks": tasks } as never)).toThrow(
      new TypeError(
        'api: the handler of "POST /projects/{projectId}/tasks" reads the path parameter "orgId", which this path does not have',
      ),
    );
    const { list } = tasks;
    expect(() => api({ "GET /projects/{id}/tasks": list } as never)).toThrow(
      new TypeError(
        'api: the handler of "GET /projects/{id}/tasks" reads the path parameter "projectId", which this path does not have',
      ),
    );
  });
});
