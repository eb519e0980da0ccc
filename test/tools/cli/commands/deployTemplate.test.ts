import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Ended, makeProject, ownTsverless, type Project, sqliteApi } from "../../../support/cli.ts";

const files = {
  "src/api.ts": `
    import { api, createHandler, errors, pick, pipeline, resource, serialize } from "tsverless";
    import { memoryModel } from "tsverless/models/memory";
    const Items = memoryModel<{ id: string; title: string }>({ name: "Item" });
    const items = resource(Items, { serializer: pick("id"), required: ["title"], delete: false });
    export const shop = api({
      items,
      "GET /files/{path+}": pipeline([errors(), serialize()], () => 1),
    }, { prefix: "/v1" });`,
};

let project: Project;
const run = (...args: string[]): Promise<Ended> =>
  ownTsverless(["deploy-template", ...args], { cwd: project.folder });
beforeAll(() => {
  project = makeProject(files);
});
afterAll(() => project.remove());

interface Definition {
  paths: Record<string, Record<string, object>>;
}
type Resources = Record<string, { Properties: { CodeUri?: string; DefinitionBody?: Definition } }>;
const methodsOf = ({ Api }: Resources, path: string): string[] =>
  Object.keys(Api?.Properties.DefinitionBody?.paths[path] ?? {});

describe("deploy-template", () => {
  it("writes template.yaml for SAM, and says what comes next", async () => {
    expect(await run()).toEqual({
      code: 0,
      out: "template.yaml: 1 function, 9 routes\n",
      err: "note: The code is not built yet: tsverless build\nNext: sam deploy --guided\n",
    });
    const { Description, Resources } = parse(project.read("template.yaml")) as {
      Description: string;
      Resources: Resources;
    };
    expect(Description).toBe("shop");
    expect(methodsOf(Resources, "/v1/items/{id}")).toContain("patch");
    expect(methodsOf(Resources, "/v1/files/{path+}")).toContain("get");
    expect(methodsOf(Resources, "/v1/items")).toContain("options");
  });

  it("warns of an SQLite file that Lambda can't keep", async () => {
    project.write("src/stored.ts", sqliteApi());
    const { code, err } = await run("src/stored.ts", "--out", "-");
    expect([code, err]).toEqual([
      0,
      "note: Lambda can't keep the SQLite file ./.data/shop.sqlite: a function may write to /tmp alone, which ends with its instance. Use a database outside of it: PostgreSQL, MySQL or DynamoDB.\n",
    ]);
  });

  it("names the folders that build writes, from where the template is", async () => {
    const build = await ownTsverless(["build", "--each", "--out", "out"], { cwd: project.folder });
    expect(build.code).toBe(0);
    const { code, err } = await run("--each", "--code", "out", "--out", "infra/template.yaml");
    expect({ code, err }).toEqual({ code: 0, err: "Next: sam deploy --guided\n" });
    const { Resources } = parse(project.read("infra/template.yaml")) as { Resources: Resources };
    const folders = Object.values(Resources).flatMap(({ Properties }) => Properties?.CodeUri ?? []);
    expect(folders).toEqual([
      "../out/itemsCreate/",
      "../out/itemsList/",
      "../out/itemsRetrieve/",
      "../out/itemsUpdate/",
      "../out/getFilesPath/",
    ]);
    for (const folder of folders) {
      expect(existsSync(join(project.folder, "infra", folder, "index.mjs"))).toBe(true);
    }
    // This handler has no CORS, so that nothing would answer.
    expect(methodsOf(Resources, "/v1/files/{path+}")).toEqual(["get"]);
  });

  it("names functions as the API names its handlers, and so do build, routes and the document", async () => {
    const source = files["src/api.ts"].replace(
      '{ prefix: "/v1" }',
      '{ prefix: "/v1", names: { items: { create: "addItem" }, "GET /files/{path+}": "download" } }',
    );
    const made = makeProject({ "src/api.ts": source });
    const names = ["addItem", "itemsList", "itemsRetrieve", "itemsUpdate", "download"];
    try {
      const on = async (...args: string[]): Promise<string> => {
        const { code, out, err } = await ownTsverless(args, { cwd: made.folder });
        expect([code, err]).toEqual([0, ""]);
        return out;
      };
      const { functions } = JSON.parse(await on("build", "--each", "--json")) as {
        functions: { name: string }[];
      };
      expect(functions.map(({ name }) => name)).toEqual(names);
      expect(names.every(name => existsSync(join(made.folder, "dist", name, "index.mjs")))).toBe(true);
      const serverless = parse(await on("deploy-template", "--each", "-o", "-", "-f", "serverless"));
      expect(Object.keys((serverless as { functions: object }).functions)).toEqual(names);
      const routes = JSON.parse(await on("routes", "--json")) as { name: string }[];
      expect([...new Set(routes.map(({ name }) => name))]).toEqual(names);
      const ids = [...(await on("openapi")).matchAll(/"operationId": "(\w+)"/g)].map(([, id]) => id);
      expect(ids.filter(id => id !== "itemsUpdatePut").sort()).toEqual(names.toSorted());
    } finally {
      made.remove();
    }
  });

  it("writes to stdout alone when asked, for each format", async () => {
    const [sam, serverless, terraform] = await Promise.all([
      run("-o", "-"),
      run("-o", "-", "-f", "serverless", "--runtime", "nodejs22.x", "--memory", "1024", "--timeout", "30"),
      run("-o", "-", "-f", "terraform", "--name", "store", "--retention", "7"),
    ]);
    expect([sam, serverless, terraform].map(({ code, err }) => [code, err])).toEqual(Array(3).fill([0, ""]));
    expect(sam?.out).toMatch(/^AWSTemplateFormatVersion: "2010-09-09"\n/);
    expect(parse(serverless?.out as string)).toMatchObject({
      service: "shop",
      provider: { runtime: "nodejs22.x", memorySize: 1024, timeout: 30 },
      functions: { api: { handler: "dist/api/index.handler" } },
    });
    expect(JSON.parse(terraform?.out as string)).toMatchObject({
      locals: { name: "store", functions: { api: "dist/api" } },
      resource: { aws_cloudwatch_log_group: { function: { retention_in_days: 7 } } },
    });
  });

  it("overwrites nothing, unless it is asked to", async () => {
    project.write("serverless.yml", "mine\n");
    expect(await run("-f", "serverless")).toEqual({
      code: 1,
      out: "",
      err: "tsverless: serverless.yml is there already; --force overwrites it\n",
    });
    expect(project.read("serverless.yml")).toBe("mine\n");
    expect((await run("-f", "serverless", "--force")).code).toBe(0);
    expect(project.read("serverless.yml")).toContain("service: shop");
  });

  it.each([
    [["--memory", "64"], '--memory must be a whole number from 128 to 10240, not "64"'],
    [["--timeout", "31"], '--timeout must be a whole number from 1 to 30, not "31"'],
    [["--runtime", "nodejs18.x"], '--runtime must be nodejs22.x or newer, not "nodejs18.x"'],
    [["--format", "cdk"], '--format must be one of sam, serverless, terraform, not "cdk"'],
    [["--retention", "31"], "--retention must be one of 1, 3, 5"],
    [["--name", "my shop"], "--name must be a letter and then letters, digits and dashes"],
    [["--one", "--each"], "--one and --each exclude each other"],
  ])("refuses %j as wrong usage", async (args, message) => {
    const { code, out, err } = await run(...args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(message);
  });

  it("says that an entry has no routes, or that two of them have one name", async () => {
    project.write("two.ts", "export const a = () => 1; export const b = () => 2;");
    project.write("same.ts", 'const f = () => 1; export const routes = { "GET /a-b": f, "GET /a/b": f };');
    expect(await run("two.ts", "-o", "-")).toMatchObject({
      code: 1,
      err: "tsverless: two.ts has no routes\n",
    });
    expect(await run("same.ts", "-o", "-")).toMatchObject({
      code: 1,
      err: 'tsverless: "GET /a-b" and "GET /a/b" have the same name, getAB\n',
    });
  });
});
