import { afterAll, beforeAll, expect, it } from "vitest";
import { type DrivenStatements, watchStatements } from "../../support/drivenStatements.ts";
import { onEachEngine, type Person } from "./world.ts";

/** What a statement does to which tables: `select tasks`. */
const inShort = (text: string): string => {
  const [verb = ""] = text.trim().split(/\s/, 1);
  const [, table] = /(?:from|into|update)\s+["`](\w+)["`]/i.exec(text) ?? [];
  return `${verb.toLowerCase()} ${table}`;
};

onEachEngine(world => {
  let driven: DrivenStatements;
  let ann: Person;
  let org: string;
  let project: string;
  let tasks: string;
  const ids: string[] = [];

  beforeAll(async () => {
    ann = await world().join("ann");
    const idOf = (body: unknown): string => (body as { id: string }).id;
    org = idOf((await ann.client.post("/orgs", { body: { name: "Acme" } })).body);
    project = idOf((await ann.client.post(`/orgs/${org}/projects`, { body: { name: "Moon" } })).body);
    tasks = `/orgs/${org}/projects/${project}/tasks`;
    for (let count = 0; count < 50; count++) {
      const { body } = await ann.client.post(tasks, { body: { title: `Task ${count}`, assigneeId: ann.id } });
      ids.push(idOf(body));
      for (const text of ["one", "two"]) {
        await ann.client.post(`${tasks}/${idOf(body)}/comments`, { body: { text } });
      }
    }
    // At first use tables are looked at.
    await ann.client.get("/orgs");
    driven = watchStatements();
  });
  afterAll(() => driven.stop());

  const taken = async (run: () => Promise<{ status: number }>, status = 200): Promise<string[]> => {
    let found = 0;
    const texts = await driven.during(async () => {
      found = (await run()).status;
    });
    expect(found).toBe(status);
    return texts.map(inShort);
  };
  /** Who calls, as what, and where: that is asked once. */
  const inProject = ["select users", "select members", "select projects"];

  it("a list of 50 takes one for each relation that it shows", async () => {
    const list = (query: string) => taken(() => ann.client.get(`${tasks}?limit=50${query}`));
    expect(await list("")).toEqual([...inProject, "select tasks"]);
    expect(await list("&include=assignee,comments")).toEqual([
      ...inProject,
      "select tasks",
      "select users",
      "select comments",
    ]);
    // The authors of the comments are among the users that the assignees are.
    expect(await list("&include=assignee,comments.author")).toEqual([
      ...inProject,
      "select tasks",
      "select users",
      "select comments",
    ]);
  });

  it("whose organisations there are is one question", async () => {
    expect(await taken(() => ann.client.get("/orgs"))).toEqual(["select users", "select orgs"]);
  });

  it("what is created takes one, beside who, as what, and where", async () => {
    const create = (body: object) => taken(() => ann.client.post(tasks, { body }), 201);
    expect(await create({ title: "New" })).toEqual([...inProject, "insert tasks"]);
    // That there is such a user the foreign key says.
    expect(await create({ title: "New", assigneeId: ann.id })).toEqual([...inProject, "insert tasks"]);
  });

  it("many are closed by one read, and a write for each", async () => {
    const body = ids.slice(0, 20).map(id => ({ id, status: "closed" }));
    expect(await taken(() => ann.client.patch(`${tasks}/bulk`, { body }))).toEqual([
      ...inProject,
      "select tasks",
      ...body.map(() => "update tasks"),
    ]);
  });

  it("a stranger costs the look-ups alone", async () => {
    const eve = await world().join("eve");
    expect(await taken(() => eve.client.get(tasks), 404)).toEqual(["select users", "select members"]);
  });
});
