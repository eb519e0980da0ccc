import { beforeAll, expect, it } from "vitest";
import { onEachEngine, type Person, type TasksWorld } from "./world.ts";

interface Row {
  id: string;
  [field: string]: unknown;
}
const rows = (body: unknown): Row[] => body as Row[];

onEachEngine(getWorld => {
  let world: TasksWorld;
  let ann: Person;
  let bob: Person;
  let gus: Person;
  let eve: Person;
  let org: string;
  let tasks: string;

  beforeAll(async () => {
    world = getWorld();
    [ann, bob, gus, eve] = [
      await world.join("ann"),
      await world.join("bob"),
      await world.join("gus"),
      await world.join("eve"),
    ];
  });

  const make = async (who: Person, path: string, body: object): Promise<Row> => {
    const made = await who.client.post(path, { body });
    expect([made.status, made.body]).toMatchObject([201, { id: expect.any(String) }]);
    expect(made.headers.get("location")).toBe(`${path}/${(made.body as Row).id}`);
    return made.body as Row;
  };
  const refused = async (who: Person, method: "POST" | "PATCH" | "DELETE", path: string, body?: object) => {
    const { status, body: error } = await who.client.request(method, path, { body });
    return [status, (error as { field?: string }).field];
  };

  it("who makes an organisation owns it, and says who else belongs to it", async () => {
    org = (await make(ann, "/orgs", { name: "Acme" })).id;
    const members = `/orgs/${org}/members`;
    expect((await ann.client.get("/orgs")).body).toMatchObject([{ id: org, name: "Acme" }]);
    await make(ann, members, { userId: bob.id, role: "member" });
    await make(ann, members, { userId: gus.id, role: "guest" });
    const list = rows((await gus.client.get(members)).body);
    expect(list.map(({ role, user }) => [role, user])).toEqual([
      ["owner", { name: "ann", email: "ann@example.com" }],
      ["member", { name: "bob", email: "bob@example.com" }],
      ["guest", { name: "gus", email: "gus@example.com" }],
    ]);
    const [own, bobs, guss] = list.map(({ id }) => `${members}/${id}`) as [string, string, string];
    expect(await refused(ann, "POST", members, { userId: bob.id, role: "owner" })).toEqual([
      409,
      "orgId, userId",
    ]);
    expect(await refused(ann, "POST", members, { userId: "nobody", role: "guest" })).toEqual([400, "userId"]);
    expect(await refused(bob, "POST", members, { userId: eve.id, role: "guest" })).toEqual([403, undefined]);
    expect(await refused(bob, "PATCH", bobs, { role: "owner" })).toEqual([403, undefined]);
    expect(await refused(bob, "DELETE", guss)).toEqual([403, undefined]);
    // An organisation keeps an owner.
    expect(await refused(ann, "PATCH", own, { role: "guest" })).toEqual([403, undefined]);
    expect(await refused(ann, "DELETE", own)).toEqual([403, undefined]);
    expect((await ann.client.patch(`/orgs/${org}`, { body: { name: "Acme Ltd" } })).status).toBe(200);
    expect(await refused(bob, "PATCH", `/orgs/${org}`, { name: "x" })).toEqual([403, undefined]);
  });

  it("whoever is not in it finds nothing there", async () => {
    await make(eve, "/orgs", { name: "Elsewhere" });
    expect(rows((await eve.client.get("/orgs")).body).map(({ name }) => name)).toEqual(["Elsewhere"]);
    for (const path of [`/orgs/${org}`, `/orgs/${org}/members`, `/orgs/${org}/projects`]) {
      expect([path, (await eve.client.get(path)).status]).toEqual([path, 404]);
      expect([path, (await world.nobody.get(path)).status]).toEqual([path, 401]);
    }
  });

  it("members plan, guests read and comment", async () => {
    const { id: project } = await make(bob, `/orgs/${org}/projects`, { name: "Moon" });
    tasks = `/orgs/${org}/projects/${project}/tasks`;
    const fly = await make(bob, tasks, {
      title: "Fly",
      assigneeId: ann.id,
      due: "2030-01-02",
      tags: ["big"],
    });
    expect(fly).toMatchObject({ projectId: project, status: "open", text: "", createdBy: bob.id });
    await make(ann, tasks, { title: "Land", due: "2030-02-01" });
    expect(await refused(gus, "POST", tasks, { title: "x" })).toEqual([403, undefined]);
    expect(await refused(bob, "POST", tasks, { title: "x", assigneeId: "nobody" })).toEqual([
      400,
      "assigneeId",
    ]);
    expect(
      (await bob.client.post(tasks, { body: { title: " ", status: "x", due: "soon" } })).body,
    ).toMatchObject({
      code: 400,
      errors: [{ field: "title" }, { field: "status" }, { field: "due" }],
    });
    const comments = `${tasks}/${fly.id}/comments`;
    const comment = await make(gus, comments, { text: "When?" });
    expect(await refused(bob, "PATCH", `${comments}/${comment.id}`, { text: "Never" })).toEqual([
      403,
      undefined,
    ]);
    expect(await refused(bob, "DELETE", `${comments}/${comment.id}`)).toEqual([403, undefined]);
    expect((await gus.client.get(`${tasks}/${fly.id}?include=assignee,comments.author`)).body).toEqual({
      ...fly,
      assignee: { id: ann.id, name: "ann" },
      comments: [{ ...comment, author: { id: gus.id, name: "gus" } }],
    });
  });

  it("what somebody wrote they take back themselves", async () => {
    const [{ id }] = rows((await gus.client.get(tasks)).body) as [Row];
    const one = await make(gus, `${tasks}/${id}/comments`, { text: "Oops" });
    expect((await gus.client.delete(`${tasks}/${id}/comments/${one.id}`)).status).toBe(204);
  });

  it("a list answers what is asked", async () => {
    const titles = async (query: string) => {
      const { status, body } = await gus.client.get(`${tasks}?${query}`);
      return status === 200 ? rows(body).map(({ title }) => title) : status;
    };
    expect(await titles("order=-due")).toEqual(["Land", "Fly"]);
    expect(await titles("due[lt]=2030-02-01")).toEqual(["Fly"]);
    expect(await titles(`assigneeId=${ann.id}`)).toEqual(["Fly"]);
    expect(await titles("assignee.name[startsWith]=an")).toEqual(["Fly"]);
    expect(await titles("assigneeId[isNull]=true&q=LAND")).toEqual(["Land"]);
    expect(await titles("deletedAt=x")).toBe(400);
    const { headers } = await gus.client.get(`${tasks}?count=true&limit=1`);
    expect([headers.get("total-count"), headers.get("link")]).toEqual(["2", expect.stringContaining("next")]);
    const csv = await gus.client.get(`${tasks}?format=csv&order=due`);
    expect(csv.headers.get("content-type")).toMatch("text/csv");
    expect(csv.text.split("\r\n").map(line => line.split(",").slice(2, 5))).toEqual([
      ["title", "text", "status"],
      ["Fly", "", "open"],
      ["Land", "", "open"],
      [],
    ]);
  });

  it("a request that comes twice makes one task", async () => {
    const headers = { "Idempotency-Key": "k1" };
    const [first, again] = [
      await bob.client.post(tasks, { body: { title: "Once" }, headers }),
      await bob.client.post(tasks, { body: { title: "Once" }, headers }),
    ];
    expect([again.status, again.body, again.headers.get("idempotent-replayed")]).toEqual([
      201,
      first.body,
      "true",
    ]);
    expect((await bob.client.delete(`${tasks}/${(first.body as Row).id}`)).status).toBe(204);
  });

  it("many are closed at once, or none", async () => {
    const ids = rows((await bob.client.get(`${tasks}?order=title`)).body).map(({ id }) => id);
    const close = (who: Person, body: object[]) => who.client.patch(`${tasks}/bulk`, { body });
    expect((await close(gus, [{ id: ids[0], status: "closed" }])).status).toBe(403);
    const one = await close(bob, [
      { id: ids[0], status: "closed" },
      { id: ids[1], status: "lost" },
    ]);
    expect([one.status, one.body]).toMatchObject([400, { errors: [{ field: "1.status" }] }]);
    expect(rows((await bob.client.get(`${tasks}?status=closed`)).body)).toEqual([]);
    const all = await close(
      bob,
      ids.map(id => ({ id, status: "closed" })),
    );
    expect(all.body).toEqual(ids.map(id => ({ status: 200, id })));
    expect(rows((await bob.client.get(`${tasks}?status=closed`)).body)).toHaveLength(2);
  });

  it("what is deleted can be restored, and moved to no other organisation", async () => {
    const [task] = rows((await ann.client.get(tasks)).body) as [Row];
    const one = `${tasks}/${task.id}`;
    expect(await refused(gus, "DELETE", one)).toEqual([403, undefined]);
    expect((await ann.client.delete(one)).status).toBe(204);
    expect((await ann.client.get(one)).status).toBe(404);
    expect(rows((await ann.client.get(tasks)).body).map(({ id }) => id)).not.toContain(task.id);
    expect(rows((await ann.client.get(`${tasks}?deleted=only`)).body).map(({ id }) => id)).toContain(task.id);
    expect((await eve.client.post(`${one}/restore`)).status).toBe(404);
    expect((await ann.client.post(`${one}/restore`)).status).toBe(200);
    expect((await ann.client.get(one)).status).toBe(200);
    const [theirs] = rows((await eve.client.get("/orgs")).body) as [Row];
    const elsewhere = await make(eve, `/orgs/${theirs.id}/projects`, { name: "Mars" });
    expect(await refused(bob, "PATCH", one, { projectId: elsewhere.id })).toEqual([400, "projectId"]);
    const sun = await make(bob, `/orgs/${org}/projects`, { name: "Sun" });
    expect((await bob.client.patch(one, { body: { projectId: sun.id } })).status).toBe(200);
    expect((await ann.client.get(one)).status).toBe(404);
  });

  it("with a project its tasks go, and come back", async () => {
    const project = tasks.slice(0, -"/tasks".length);
    expect(await refused(gus, "DELETE", project)).toEqual([403, undefined]);
    expect((await ann.client.delete(project)).status).toBe(204);
    expect((await ann.client.get(tasks)).status).toBe(404);
    expect((await ann.client.post(`${project}/restore`)).body).toMatchObject({
      name: "Moon",
      deletedAt: null,
    });
    expect(rows((await ann.client.get(tasks)).body).length).toBeGreaterThan(0);
  });

  it("a member may leave, and is out", async () => {
    const [own] = rows((await bob.client.get(`/orgs/${org}/members?userId=${bob.id}`)).body) as [Row];
    expect((await bob.client.delete(`/orgs/${org}/members/${own.id}`)).status).toBe(204);
    expect((await bob.client.get(tasks)).status).toBe(404);
    expect((await bob.client.get("/orgs")).body).toEqual([]);
  });
});
