import { beforeAll, describe, expect, it } from "vitest";
import { api } from "../../api/api.ts";
import { resource } from "../../api/resource.ts";
import { bulkCreateHandler } from "../../generics/bulkCreateHandler.ts";
import { bulkUpdateHandler } from "../../generics/bulkUpdateHandler.ts";
import { createHandler } from "../../generics/createHandler.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { asQueryset } from "../../src/models/query/asQueryset.ts";
import { one } from "../../src/models/relations/one.ts";
import type { Model, RelatedTo } from "../../src/models/types.ts";
import { explain } from "../../src/pipeline/explain.ts";
import { pick } from "../../src/serializers/pick.ts";
import { testClient } from "../../tools/testing/requests/client.ts";
import { startDatabases } from "../support/databases.ts";
import { modelEngines } from "../support/modelEngines.ts";
import { shortPages } from "../support/shortPages.ts";

interface User {
  id: string;
  active: boolean;
}
interface Version {
  id: string;
  file: string;
  number: number;
}
interface Task extends RelatedTo<{ assignee: User; lead: User; before: Task; source: Version }> {
  id: string;
  title: string;
  assignee: string | null;
  lead: string | null;
  before: string | null;
  file: string | null;
  number: number | null;
}
const userFields = { id: "text", active: "boolean" } as const;
const versionFields = { id: "text", file: "text", number: "integer" } as const;
const taskFields = {
  id: "text",
  title: "text",
  assignee: "text",
  lead: "text",
  before: "text",
  file: "text",
  number: "integer",
} as const;

import { watchedReads } from "../support/watchedReads.ts";

const databases = startDatabases("references");
const engines = modelEngines(databases);

const reading = ["get", "page", "all", "first", "exists", "count", "firstOfEach"];

/** A model that notes each page that is read of it, and each object that is asked for by its id. */
const counted = <T extends object>(model: Model<T>, reads: string[]): Model<T> =>
  watchedReads(model, method => {
    if (reading.includes(method)) reads.push(model.name);
  });

const settable = {
  required: ["title"],
  optional: ["id", "assignee", "lead", "before", "file", "number"],
} as const;

describe.each(engines)("a reference, on %s", (_name, make) => {
  const reads: string[] = [];
  let Tasks: Model<Task>;
  let client: ReturnType<typeof testClient>;
  const refused = (field: string) => ({
    code: 400,
    message: `${field} refers to what is not there`,
    field,
  });
  beforeAll(async () => {
    const Users = counted(await make<User>("User", userFields), reads);
    const Versions = counted(await make<Version>("Version", versionFields), reads);
    for (const id of ["ann", "bob", "eve"]) await Users.create({ id, active: id !== "eve" });
    await Versions.create({ id: "v1", file: "f", number: 1 });
    Tasks = await make<Task>("Task", taskFields, {
      assignee: one(Users, "assignee"),
      lead: one(Users, "lead", { queryset: () => Users.objects.filter({ active: true }) }),
      before: one((): Model<Task> => Tasks, "before"),
      source: one(Versions, ["file", "number"], { references: ["file", "number"] }),
    });
    const serializer = pick("id", "title", "assignee", "lead");
    const app = api({
      tasks: resource(Tasks, { ...settable, serializer, update: { upsert: true } }),
      "POST /bulk": bulkCreateHandler(Tasks, settable),
      "PATCH /bulk": bulkUpdateHandler(Tasks, { optional: settable.optional.slice(1) }),
    });
    client = testClient(app);
  });
  const all = (): Promise<Task[]> => asQueryset(Tasks.objects, Tasks).all();
  const create = (body: object) => client.post("/tasks", { body: { title: "x", ...body } });

  it("to nothing is 400 naming the field, and nothing is stored", async () => {
    const before = await all();
    for (const [body, field] of [
      [{ assignee: "nobody" }, "assignee"],
      [{ assignee: "" }, "assignee"],
      [{ assignee: "Ann" }, "assignee"],
      [{ assignee: "ann", lead: "nobody" }, "lead"],
      [{ lead: "eve" }, "lead"],
      [{ before: "nothing" }, "before"],
      [{ file: "f", number: 2 }, "number"],
      [{ file: "g", number: 1 }, "number"],
    ] as const) {
      expect([body, (await create(body)).body]).toEqual([body, refused(field)]);
      const put = await client.put("/tasks/new", { body: { title: "x", ...body } });
      expect([body, put.body]).toEqual([body, refused(field)]);
    }
    for (const assignee of [5, true, {}, ["ann"], "a\0b"]) {
      const { status, body } = await create({ assignee });
      expect([assignee, status, (body as { field?: string }).field]).toEqual([assignee, 400, "assignee"]);
    }
    expect(await all()).toEqual(before);
  });

  it("to what is there is looked up once for each relation that the body names, and null not at all", async () => {
    reads.length = 0;
    expect((await create({ assignee: null, file: "f" })).status).toBe(201);
    expect(reads).toEqual([]);
    expect((await create({ assignee: "ann", lead: "bob", file: "f", number: 1 })).status).toBe(201);
    expect(reads.sort()).toEqual(["User", "User", "Version"]);
  });

  it("of an object is looked up when it changes", async () => {
    const { id } = (await create({ assignee: "ann" })).body as Task;
    reads.length = 0;
    const change = (body: object) => client.patch(`/tasks/${id}`, { body });
    expect((await change({ title: "y", assignee: "ann" })).status).toBe(200);
    expect(reads).toEqual([]);
    expect((await change({ assignee: "bob" })).status).toBe(200);
    expect(reads).toEqual(["User"]);
    expect((await change({ assignee: "nobody" })).body).toEqual(refused("assignee"));
    const json = { "Content-Type": "application/json-patch+json" };
    const body = JSON.stringify([{ op: "replace", path: "/assignee", value: "nobody" }]);
    expect((await client.patch(`/tasks/${id}`, { body, headers: json })).body).toEqual(refused("assignee"));
    expect((await Tasks.objects.get(id))?.assignee).toBe("bob");
    expect((await change({ file: "f", number: 1 })).status).toBe(200);
    expect((await change({ number: 3 })).body).toEqual(refused("number"));
    expect((await change({ assignee: null })).status).toBe(200);
  });

  it("of many items is looked up once for all, and each item stands for itself", async () => {
    reads.length = 0;
    const people = ["ann", "bob", "eve", "ann", null, undefined];
    const items = people.map((assignee, at) => ({ title: `b${at}`, assignee }));
    expect((await client.post("/bulk", { body: items })).status).toBe(201);
    expect(reads).toEqual(["User"]);
    const mixed = await client.post("/bulk", {
      body: [
        { id: "b1", title: "x", assignee: "ann" },
        { title: "x", assignee: "nobody" },
        { title: "x", assignee: 5 },
        "nothing",
        { title: "x", before: "b1" },
      ],
    });
    const results = mixed.body as { status: number; error?: unknown }[];
    expect(results.map(({ status }) => status)).toEqual([201, 400, 400, 400, 201]);
    expect(results[1]?.error).toEqual(refused("assignee"));
    await create({ id: "b2" });
    reads.length = 0;
    const changed = await client.patch("/bulk", {
      body: [
        { id: "b1", assignee: "bob" },
        { id: "b2", assignee: "ann" },
      ],
    });
    expect([changed.status, reads]).toEqual([200, ["User"]]);
    const dangling = await client.patch("/bulk", { body: [{ id: "b1", assignee: "nobody" }] });
    expect(dangling.body).toEqual([{ status: 400, id: "b1", error: refused("assignee") }]);
    expect((await Tasks.objects.get("b1"))?.assignee).toBe("bob");
  });
});

describe.each(engines)("references to a field that many objects share, on %s", (_name, make) => {
  it("are looked up once for all items, whatever else has the same value", async () => {
    const reads: string[] = [];
    const Versions = counted(await make<Version>("Version", versionFields), reads);
    for (const [id, file] of ["f", "f", "f", "g"].entries()) await Versions.create({ id: `v${id}`, file });
    const Tasks = await make<Task>("Task", taskFields, {
      source: one(Versions, "file", { references: "file" }),
    });
    const client = testClient(
      api({ "POST /bulk": bulkCreateHandler(Tasks, { required: ["title"], optional: ["file"] }) }),
    );
    const ask = async (...files: string[]) => {
      const { body } = await client.post("/bulk", { body: files.map(file => ({ title: "x", file })) });
      return (body as { status: number }[]).map(({ status }) => status);
    };
    expect(await ask("f", "g")).toEqual([201, 201]);
    expect(reads).toEqual(["Version"]);
    expect(await ask("f", "h", "g")).toEqual([201, 400, 201]);
  });
});

describe("a reference to an object behind a page that is short", () => {
  it("is found", async () => {
    const Users = memoryModel<User>({ name: "User", objects: [{ id: "ann", active: true }] });
    const Tasks = memoryModel<Task>({
      name: "Task",
      relations: { assignee: one(shortPages(Users), "assignee") } as never,
    });
    const handler = createHandler(Tasks, { required: ["title"], optional: ["assignee"] });
    const client = testClient(api({ "POST /tasks": handler }));
    const create = async (assignee: string) =>
      (await client.post("/tasks", { body: { title: "x", assignee } })).status;
    expect(await create("ann")).toBe(201);
    expect(await create("nobody")).toBe(400);
  });
});

describe("a handler", () => {
  it("that can set no key looks nothing up", () => {
    const Users = memoryModel<User>({ name: "User", fields: userFields });
    const Tasks: Model<Task> = memoryModel<Task>({
      name: "Task",
      fields: taskFields,
      relations: {
        assignee: one(Users, "assignee"),
        lead: one(Users, "lead"),
        before: one((): Model<Task> => Tasks, "before"),
        source: one(Users, "file") as never,
      },
    });
    const namesOf = (optional: readonly (keyof Task & string)[]): string[] =>
      explain(createHandler(Tasks, { optional })).map(({ name }) => name);
    expect(namesOf(["title"])).not.toContain("checkReferences");
    expect(namesOf(["title", "assignee"])).toContain("checkReferences");
  });
});
