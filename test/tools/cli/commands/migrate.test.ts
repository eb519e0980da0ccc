import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
  type Ended,
  inTerminal,
  makeProject,
  ownTsverless,
  type Project,
  tsverless,
} from "../../../support/cli.ts";

let project: Project;
afterEach(() => project.remove());

const api = (columns: string, more = ""): string => `
  import { api, pick, resource } from "tsverless";
  import { sqlModel } from "tsverless/models/sql";
  import { sqlite } from "tsverless/models/sqlite";
  const db = sqlite("./.data/shop.sqlite");
  const Items = sqlModel({ db, name: "Item", table: "items", columns: ${columns}, ${more} });
  export const shop = api({ items: resource(Items, { serializer: pick("id") }) });`;

const run = (...args: string[]): Promise<Ended> =>
  ownTsverless(["migrate", ...args], { cwd: project.folder });
const inProject = (columns: string, more?: string): void => {
  // SQLite files that are named by a path are where the process is.
  const absolute = join(project.folder, ".data/shop.sqlite").replaceAll("\\", "/");
  project.write("api.ts", api(columns, more).replace("./.data/shop.sqlite", absolute));
};
const files = (): string[] => readdirSync(join(project.folder, "migrations")).sort();

describe("migrate", () => {
  it("plans, writes, runs, takes back and lists what the models want", async () => {
    project = makeProject({});
    inProject('{ title: "text" }');
    expect(await run("plan")).toEqual({
      code: 1,
      out: "Before the new code\n  items: create the table\n",
      err: "",
    });
    const written = await run("write", "--name", "items");
    expect(written).toMatchObject({ code: 0, err: "" });
    const [first, index] = files() as [string, string];
    expect(written.out).toBe(`migrations/${first}\n`);
    expect([first, index]).toEqual([expect.stringMatching(/^\d{14}_items\.ts$/), "index.ts"]);
    expect(project.read(`migrations/${first}`)).toContain(
      '`create table "items" ("id" text not null primary key, "title" text)`',
    );
    const name = first.slice(0, -3);
    expect(await run("status")).toMatchObject({ code: 0, out: expect.stringMatching(`${name} +pending`) });
    expect(await run("write")).toMatchObject({
      code: 1,
      err: expect.stringContaining(`${name} did not run yet`),
    });
    expect(await run("up")).toEqual({ code: 0, out: `Applied ${name}\n`, err: "" });
    expect(await run("up")).toEqual({ code: 0, out: "There is nothing to do\n", err: "" });
    expect(await run("plan")).toEqual({ code: 0, out: "The database is as the models want it\n", err: "" });
    expect(await run("write")).toMatchObject({ code: 0, out: "The database is as the models want it\n" });

    inProject('{ title: { kind: "text", required: true } }', 'indexes: ["title"]');
    expect((await run("plan")).out).toBe(`Before the new code
  items: add an index of title
    nobody else writes to the database meanwhile
When no old code runs any more
  items: require the column title
    refuses where a row holds nothing: fill them first
    rewrites the table, which is locked meanwhile
`);
    expect((await run("write")).err).toBe(
      "1 more when no old code runs any more: run this again then, or now with --all\n",
    );
    expect((await run("up")).code).toBe(0);
    expect((await run("write", "--name", "strict")).err).toBe("");
    expect((await run("up")).code).toBe(0);
    expect((await run("plan")).code).toBe(0);
    expect(project.read("migrations/index.ts").match(/import \* as/g)?.length).toBe(3);
    const last = files().at(-2)?.slice(0, -3);
    expect(await run("down")).toEqual({ code: 0, out: `Took back ${last}\n`, err: "" });
    expect((await run("plan")).out).toContain("require the column title");
    expect(JSON.parse((await run("status", "--json")).out)).toEqual({
      applied: [name, expect.any(String)],
      pending: [last],
    });
    expect(project.leftovers()).toEqual([]);
  });

  it("refuses a file that was edited after it ran, and one that comes too early", async () => {
    project = makeProject({});
    inProject('{ title: "text" }');
    await run("write");
    await run("up");
    const [first] = files() as [string];
    const text = project.read(`migrations/${first}`);
    project.write(`migrations/${first}`, text.replace("// items", "// Items"));
    expect(await run("up")).toMatchObject({ code: 0 });
    project.write(`migrations/${first}`, text.replace("drop table", "drop table if exists"));
    for (const action of ["up", "down", "status", "write"]) {
      expect(await run(action), action).toEqual({
        code: 1,
        out: "",
        err: `tsverless: Migration ${first.slice(0, -3)} was applied and has been edited since: put it back, and write a new one\n`,
      });
    }
    project.write(`migrations/${first}`, text);
    project.write("migrations/0001_early.ts", "export const up = [];");
    expect((await run("up")).err).toBe(
      `tsverless: Migration 0001_early comes before ${first.slice(0, -3)}, which was applied: give it a later name\n`,
    );
  });

  it("renames and drops what it is told to, and asks on a terminal", async () => {
    project = makeProject({});
    inProject('{ name: "text", old: "integer" }');
    await run("write");
    await run("up");
    inProject('{ title: "text" }');
    const told = await run("plan", "--rename", "items.name=title", "--drop", "items.old");
    expect(told.err).toBe("");
    expect(told.out).toContain("items: rename the column name to title\n");
    expect(told.out).toContain("items: drop the column old\n    loses data\n");
    const untold = await run("plan");
    expect(untold.out).toContain("items: add the column title (text)\n");
    expect(untold.out).toContain("items.name is a column of no model; it stays (--drop items.name)\n");
    const hint = "Nothing is taken for renamed unless you say so: --rename items.name=title\n";
    expect(untold.err).toBe(hint);
    const asked = await inTerminal(["migrate", "plan"], { cwd: project.folder });
    if (asked !== undefined) expect(asked.out).toContain("Is title the new name of items.name");
    expect((await run("write")).err).toBe(hint);
  });

  it("renames a table, and asks of its columns with it", async () => {
    project = makeProject({});
    inProject('{ itemName: "text" }');
    project.write("api.ts", project.read("api.ts").replace('table: "items",', ""));
    await run("write");
    await run("up");
    inProject('{ itemName: "text" }', 'naming: "snake"');
    project.write(
      "api.ts",
      project.read("api.ts").replace('table: "items",', "").replace('"Item"', '"OrderItem"'),
    );
    expect((await run("plan", "--rename", "Item=order_item")).out).toBe(
      `Before the new code
  order_item: rename the table Item to order_item
    code that runs now fails until the new one is there
  order_item: add the column item_name (text)
Notes
  order_item.itemName is a column of no model; it stays (--drop order_item.itemName)
`,
    );
    const written = await run("write", "--rename", "Item=order_item,order_item.itemName=item_name");
    expect(written).toMatchObject({ code: 0, err: "" });
    const text = project.read(written.out.trim());
    expect(text).toContain('`alter table "Item" rename to "order_item"`');
    expect(text).toContain('`alter table "order_item" rename column "itemName" to "item_name"`');
    expect((await run("up")).code).toBe(0);
    expect((await run("plan")).out).toBe("The database is as the models want it\n");
  });

  it("takes flags that are repeated, each with one name or several", async () => {
    project = makeProject({});
    inProject('{ fullName: "text", a: "text", b: "text", c: "text" }');
    project.write("api.ts", project.read("api.ts").replace('table: "items"', 'table: "OrderLine"'));
    await run("write");
    await run("up");
    inProject('{ full_name: "text" }');
    project.write("api.ts", project.read("api.ts").replace('table: "items"', 'table: "order_line"'));
    const rename = ["--rename", "OrderLine=order_line", "--rename", "order_line.fullName=full_name"];
    const drop = ["--drop", "order_line.a", "--drop", "order_line.b, order_line.c"];
    expect(await run("plan", ...rename, ...drop)).toMatchObject({
      code: 1,
      err: "",
      out: `Before the new code
  order_line: rename the table OrderLine to order_line
    code that runs now fails until the new one is there
  order_line: rename the column fullName to full_name
    code that runs now fails until the new one is there; adding, copying and dropping does without that
When no old code runs any more
  order_line: drop the column a
    loses data
    code that still uses it fails
  order_line: drop the column b
    loses data
    code that still uses it fails
  order_line: drop the column c
    loses data
    code that still uses it fails
`,
    });
    for (const name of ["orderline", "ORDERLINE"]) {
      expect(await run("write", "--rename", `${name}=order_line`)).toMatchObject({
        code: 1,
        out: "",
        err: `tsverless: there is no table "${name}" to rename; its name is "OrderLine"\n`,
      });
    }
    const written = await run("write", "--all", ...rename, ...drop);
    expect(written).toMatchObject({ code: 0, err: "" });
    expect(await run("up")).toMatchObject({ code: 0 });
    expect(await run("plan")).toMatchObject({ code: 0, out: "The database is as the models want it\n" });
  });

  it("of two processes at once one does the work, and the other waits", async () => {
    project = makeProject({});
    inProject('{ title: "text" }');
    await run("write");
    const both = await Promise.all([
      tsverless(["migrate", "up"], { cwd: project.folder }),
      tsverless(["migrate", "up"], { cwd: project.folder }),
    ]);
    expect(both.map(({ code, err }) => [code, err])).toEqual([
      [0, ""],
      [0, ""],
    ]);
    expect(both.map(({ out }) => out).sort()).toEqual([
      `Applied ${files()[0]?.slice(0, -3)}\n`,
      "There is nothing to do\n",
    ]);
  });

  it.each([
    [["sideways"], 2, 'migrate has no "sideways"; it is one of plan, write, up, down, status'],
    [["pla"], 2, 'migrate has no "pla"; did you mean "plan"?'],
    [[], 2, "<action> is missing"],
    [["plan", "--rename", "title"], 2, '--rename must be like tasks.name=title, not "title"'],
    [["plan", "--rename", "a=b", "--rename", "a=c"], 2, "--rename a=b and a=c exclude each other"],
    [["plan", "--dir", "a", "--dir", "b"], 2, "--dir takes one value, and is given 2 times"],
    [
      ["write", "--rename", "items.a=title", "--rename", "items.b=title"],
      1,
      '"items.a" and "items.b" can\'t both be renamed to "title"',
    ],
    [["plan", "--rename", "A=items,B=items"], 2, '"A" and "B" can\'t both be renamed to "items"'],
    [["plan", "nowhere"], 2, 'There is no file or folder "nowhere"'],
    [["write", "nowhere"], 1, 'There is no file or folder "nowhere"'],
    [["plan", "--env", "nowhere"], 2, 'There is no file "nowhere"'],
    [["plan", "--rename", "items.x=title"], 2, 'there is nothing to rename or drop that is called "items.x"'],
    [["plan", "--drop", "items.title"], 2, 'there is nothing to rename or drop that is called "items.title"'],
    [["write", "--name", "../x"], 2, "--name must be of letters"],
  ])("refuses %j", async (args, code, message) => {
    project = makeProject({});
    inProject('{ title: "text" }');
    const ended = await run(...args);
    expect([ended.code, ended.out]).toEqual([code, ""]);
    expect(ended.err).toContain(message);
  });

  it("says so where the entry makes no model", async () => {
    project = makeProject({ "api.ts": "export const handler = async () => 1;" });
    expect(await run("plan")).toMatchObject({ code: 2, err: "tsverless: needs a model\n" });
  });
});
