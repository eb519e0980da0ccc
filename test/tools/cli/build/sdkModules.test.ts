import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import * as esbuild from "esbuild";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  type BundleOptions,
  type FunctionBundle,
  writeBundle,
} from "../../../../tools/cli/build/bundleFunction.ts";
import { sdkModules } from "../../../../tools/cli/build/sdkModules.ts";
import { bundleProject } from "../../../support/bundleProject.ts";
import { makeProject, type Project } from "../../../support/cli.ts";
import { type LocalDynamo, startDynamo } from "../../../support/dynamo.ts";
import { eventOf, received } from "../../../support/events.ts";

const projects: Project[] = [];

/** A project that has the SDK, and the bundle of its `src/index.ts`. */
async function bundleOf(
  files: Record<string, string>,
  more: Partial<BundleOptions> = {},
): Promise<FunctionBundle> {
  const { project, bundle } = await bundleProject(files, ["@aws-sdk"], ["handler"], more);
  projects.push(project);
  await writeBundle(bundle);
  return bundle;
}

/** What a function gives, in a process of its own. */
async function resultOf(
  { folder }: FunctionBundle,
  event: unknown,
  env: Record<string, string> = {},
): Promise<unknown> {
  const program = `
    const { handler } = await import(${JSON.stringify(pathToFileURL(join(folder, "index.mjs")).href)});
    process.stdout.write(JSON.stringify(await handler(${JSON.stringify(event)}, { awsRequestId: "r1" })));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
    env: { PATH: process.env.PATH, ...env },
  });
  return JSON.parse(stdout);
}

/** Which of a bundle's files are of the SDK's CommonJS. */
const oldFiles = ({ metafile }: FunctionBundle): string[] =>
  Object.keys(metafile.inputs).filter(path => /@(?:aws-sdk|smithy)\/.*\/dist-cjs\//.test(path));

afterAll(() => {
  for (const made of projects) made.remove();
});

describe("a bundle with the AWS SDK", () => {
  let dynamo: LocalDynamo;
  let table: string;

  beforeAll(async () => {
    dynamo = await startDynamo();
    table = await dynamo.createTable({ partition: ["id", "S"] });
    const Item = { id: { S: "7" }, title: { S: "seven" } };
    await dynamo.client.send(new PutItemCommand({ TableName: table, Item }) as never);
  });
  afterAll(() => dynamo?.stop());

  it.each([true, false])(
    "reads from a table, and has what it uses of the SDK's modules alone; split: %s",
    async splitting => {
      const bundle = await bundleOf(
        {
          "src/index.ts": `
          import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
          import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
          import { createHandler, pick, retrieveHandler } from "tsverless";
          import { dynamoModel } from "tsverless/models/dynamo";
          const { ENDPOINT: endpoint, TABLE: table } = process.env;
          const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint }));
          const Items = dynamoModel<{ id: string; title: string }>({
            client, table, name: "Item", key: { partition: "id" }, fields: { title: "text" },
          });
          const serializer = pick("id", "title");
          const create = createHandler(Items, { required: ["title"], serializer });
          const retrieve = retrieveHandler(Items, { serializer });
          export const handler = (event, context) => (event.body ? create : retrieve)(event, context);`,
        },
        { splitting },
      );
      expect(oldFiles(bundle)).toEqual([]);
      const env = {
        ENDPOINT: dynamo.endpoint,
        TABLE: table,
        AWS_REGION: "eu-west-1",
        AWS_ACCESS_KEY_ID: "anyone",
        AWS_SECRET_ACCESS_KEY: "anything",
      };
      const ask = async (event: unknown): Promise<[number, unknown]> => {
        const { status, body } = received("http", await resultOf(bundle, event, env));
        return [status, JSON.parse(body.toString())];
      };
      const at = (id: string): unknown => eventOf("http", { path: `/items/${id}`, pathParameters: { id } });
      expect(await ask(at("7"))).toEqual([200, { id: "7", title: "seven" }]);
      expect(await ask(at("8"))).toEqual([404, { code: 404, message: "Resource Not Found" }]);
      const post = eventOf("http", {
        method: "POST",
        path: "/items",
        headers: { "content-type": "application/json" },
        body: '{"title":"nine"}',
      });
      const [status, made] = await ask(post);
      expect([status, made]).toEqual([201, { id: expect.any(String), title: "nine" }]);
      expect(await ask(at((made as { id: string }).id))).toEqual([200, made]);
    },
  );

  it("has one copy, whoever imports it and whoever requires it", async () => {
    const bundle = await bundleOf({
      "node_modules/old/index.js":
        'const { DynamoDBClient } = require("@aws-sdk/client-dynamodb"); exports.make = () => new DynamoDBClient({ region: "eu-west-1" });',
      "node_modules/old/package.json": '{ "name": "old", "main": "index.js" }',
      "src/index.ts": `
        import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
        import { make } from "old";
        export const handler = async () => [
          make() instanceof DynamoDBClient,
          (await import("@aws-sdk/client-dynamodb")).DynamoDBClient === DynamoDBClient,
        ];`,
    });
    expect(oldFiles(bundle)).toEqual([]);
    expect(await resultOf(bundle, {})).toEqual([true, true]);
  });

  it("does without where it is external", async () => {
    const files = {
      "src/index.ts":
        'import { DynamoDBClient } from "@aws-sdk/client-dynamodb"; export const handler = () => typeof DynamoDBClient;',
    };
    const { metafile } = await bundleOf(files, { external: ["@aws-sdk/*"] });
    expect(Object.keys(metafile.inputs).filter(path => path.includes("node_modules"))).toEqual([]);
    expect(
      Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path)),
    ).toContain("@aws-sdk/client-dynamodb");
  });
});

/** A package of the SDK, in few files. */
const smallPackage = (name: string, more: object = {}): Record<string, string> => ({
  [`node_modules/@smithy/${name}/dist-cjs/index.js`]: 'exports.form = "cjs";',
  [`node_modules/@smithy/${name}/package.json`]: JSON.stringify({
    name: `@smithy/${name}`,
    main: "./dist-cjs/index.js",
    module: "./dist-es/index.js",
    ...more,
  }),
});

it("A package whose modules were pruned is loaded as Node loads it", async () => {
  const bundle = await bundleOf({
    ...smallPackage("pruned"),
    "src/index.ts": 'import { form } from "@smithy/pruned"; export const handler = () => form;',
  });
  expect(await resultOf(bundle, {})).toBe("cjs");
});

it("A build reads the package.json of a package once, whoever imports it", async () => {
  const importing = 'import { form } from "@smithy/shared"; export default form;';
  const made = makeProject({
    ...smallPackage("shared"),
    "node_modules/@smithy/shared/dist-es/index.js": 'export const form = "es";',
    "src/index.ts":
      'import first from "./first.ts"; import second from "./second.ts"; export default [first, second];',
    "src/first.ts": importing,
    "src/second.ts": importing,
  });
  projects.push(made);
  const parse = vi.spyOn(JSON, "parse");
  const { inputs } = (
    await esbuild.build({
      absWorkingDir: made.folder,
      entryPoints: ["src/index.ts"],
      bundle: true,
      platform: "node",
      write: false,
      metafile: true,
      plugins: [{ name: "modules", setup: sdkModules }],
    })
  ).metafile;
  const times = parse.mock.calls.filter(([text]) => text.includes('"name":"@smithy/shared"')).length;
  parse.mockRestore();
  expect([times, Object.keys(inputs).filter(path => path.includes("@smithy"))]).toEqual([
    1,
    ["node_modules/@smithy/shared/dist-es/index.js"],
  ]);
});

it("Other packages are loaded as Node loads them", async () => {
  const bundle = await bundleOf({
    "node_modules/two/main.js": 'module.exports = "main";',
    "node_modules/two/module.js": 'export default "module";',
    "node_modules/two/package.json": '{ "name": "two", "main": "main.js", "module": "module.js" }',
    "src/index.ts": 'import two from "two"; export const handler = () => two;',
  });
  expect(await resultOf(bundle, {})).toBe("main");
});
