import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { api } from "../../../../api/api.ts";
import type { ApiGatewayOptions } from "../../../../api/openapi/index.ts";
import { makeProject, ownTsverless, type Project } from "../../../support/cli.ts";

let project: Project;
beforeAll(() => {
  project = makeProject({
    "api.ts": `
      import { api } from "tsverless";
      export const shop = api({ "GET /one": async () => 1 }, { openapi: { title: "Shop: one", version: "2.0.0" } });`,
    "plain.ts": "export const handler = async () => 1;",
  });
});
afterAll(() => project.remove());

const openapi = (...args: string[]) => ownTsverless(["openapi", ...args], { cwd: project.folder });
const documented = api({ "GET /one": async () => 1 }, { openapi: { title: "Shop: one", version: "2.0.0" } });

describe("openapi", () => {
  it("prints the document of the api", async () => {
    const { code, out, err } = await openapi();
    expect([code, JSON.parse(out), err]).toEqual([0, await documented.openapi(), ""]);
    expect(out.startsWith('{\n  "openapi": "3.1.1",\n')).toBe(true);
    expect(project.leftovers()).toEqual([]);
  });

  it("prints YAML on request", async () => {
    const { code, out } = await openapi("--yaml");
    expect(out.startsWith('openapi: 3.1.1\ninfo:\n  title: "Shop: one"\n')).toBe(true);
    expect([code, parse(out)]).toEqual([0, await documented.openapi()]);
  });

  it.each([
    [["--out", "docs/a.json"], "docs/a.json", "{"],
    [["--out", "a.yaml"], "a.yaml", "openapi: "],
    [["-o", "a.yml"], "a.yml", "openapi: "],
    [["-o", "b.yml", "--json"], "b.yml", "{"],
    [["-o", "a.txt", "--yaml"], "a.txt", "openapi: "],
  ])("writes a file: %j", async (args, path, start) => {
    expect(await openapi(...args)).toEqual({ code: 0, out: "", err: "" });
    expect(project.read(path).startsWith(start)).toBe(true);
    expect(parse(project.read(path))).toEqual(await documented.openapi());
  });

  it("is for an api alone", async () => {
    expect(await openapi("plain.ts")).toEqual({
      code: 1,
      out: "",
      err: "tsverless: plain.ts exports no api(...), and only that has a document\n",
    });
  });

  it("says which file can't be written", async () => {
    const { code, err } = await openapi("--out", "api.ts/x.json");
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/^tsverless: Can't write "api\.ts\/x\.json": .*\n$/),
    ]);
  });

  const lambda = "arn:aws:lambda:eu-west-1:123456789012:function:shop";

  it.each([
    ["an ARN", lambda, { lambda }],
    ["JSON", JSON.stringify({ lambda, type: "rest" }), { lambda, type: "rest" }],
    ["a file", "gateway.json", { lambda: { getOne: lambda } }],
  ])("prints what API Gateway imports, given by %s", async (_what, given, apiGateway) => {
    project.write("gateway.json", JSON.stringify({ lambda: { getOne: lambda } }));
    const { code, out } = await openapi("--api-gateway", given);
    const wanted = await documented.openapi({ apiGateway: apiGateway as ApiGatewayOptions });
    expect([code, JSON.parse(out)]).toEqual([0, wanted]);
    expect(out).toContain("x-amazon-apigateway-integration");
  });

  it("says what is wrong with an option of API Gateway, in one line", async () => {
    expect(await openapi("--api-gateway", '{"lambda":"x"}')).toEqual({
      code: 2,
      out: "",
      err: 'tsverless: --api-gateway: option "lambda" must have the ARN of a Lambda function for getOne\nTry: tsverless openapi --help\n',
    });
    expect(await openapi("--api-gateway", "{}")).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^tsverless: --api-gateway needs "lambda"\n/),
    });
  });

  it("is one of YAML and JSON", async () => {
    const { code, err } = await openapi("--yaml", "--json");
    expect([code, JSON.parse(err).error.message]).toEqual([2, "--yaml and --json exclude each other"]);
  });
});
