import { afterAll, describe, expect, it } from "vitest";
import type { BundleOptions, FunctionBundle } from "../../../../tools/cli/build/bundleFunction.ts";
import { bundleProject } from "../../../support/bundleProject.ts";
import type { Project } from "../../../support/cli.ts";

const projects: Project[] = [];

const model = 'dynamoModel({ client, table: "posts", key: { partition: "id" } })';
const handler = `
  import { retrieveHandler } from "tsverless";
  import { dynamoModel } from "tsverless/models/dynamo";
  import { dynamoStore } from "tsverless/idempotency/dynamo";
  export const store = dynamoStore({ client, table: "claims" });
  export const handler = retrieveHandler(${model}, { serializer: post => post });`;
const lite = `
  import awsLite from "@aws-lite/client";
  const client = await awsLite({ region: "eu-west-1", accessKeyId: "a", secretAccessKey: "b" });`;
const sdk = `
  import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
  const client = new DynamoDBClient({ region: "eu-west-1" });`;

/** The bundle of `src/index.ts` in a project that has both clients. */
async function bundleOf(index: string, more: Partial<BundleOptions> = {}): Promise<FunctionBundle> {
  const files = { "src/index.ts": index };
  const { project, bundle } = await bundleProject(
    files,
    ["@aws-sdk", "@aws-lite"],
    ["handler", "store"],
    more,
  );
  projects.push(project);
  return bundle;
}

const ofSdk = ({ metafile }: FunctionBundle): string[] =>
  Object.keys(metafile.inputs).filter(path => /@aws-sdk|@smithy|sdkCommands/.test(path));

/** The sources that are read at start: those of the function, and of the chunks that it imports. */
function readAtStart({ metafile: { outputs } }: FunctionBundle): string[] {
  const first = Object.keys(outputs).find(path => path.endsWith("index.mjs")) as string;
  const paths = [first];
  for (const path of paths) {
    const imported = (outputs[path]?.imports ?? []).filter(({ kind }) => kind === "import-statement");
    paths.push(...imported.map(({ path }) => path).filter(name => !paths.includes(name)));
  }
  return paths.flatMap(path => Object.keys(outputs[path]?.inputs ?? {}));
}

afterAll(() => {
  for (const made of projects) made.remove();
});

describe("the AWS SDK's commands", () => {
  it.each([{ splitting: true }, { splitting: false }])(
    "are not where @aws-lite/client is: %j",
    async options => {
      const bundle = await bundleOf(lite + handler, options);
      expect(ofSdk(bundle)).toEqual([]);
      expect(bundle.files[0]?.text).toContain("DynamoDB_20120810");
    },
  );

  it("are read at start where a client of the SDK is", async () => {
    const bundle = await bundleOf(sdk + handler);
    const commands = readAtStart(bundle).filter(path => /client-dynamodb.*PutItemCommand/.test(path));
    expect(commands).toHaveLength(1);
    const both = await bundleOf(
      `${lite}; ${sdk.replace("client =", "second =")}; export const other = second; ${handler}`,
    );
    expect(ofSdk(both)).not.toEqual([]);
  });

  it("are there where a client may come from outside of the bundle", async () => {
    const bundle = await bundleOf(`import { client } from "layer"; ${handler}`, { external: ["layer"] });
    expect(ofSdk(bundle)).not.toEqual([]);
    const external = await bundleOf(sdk + handler, { external: ["@aws-sdk/*"] });
    expect(external.files[0]?.text).toContain('from"@aws-sdk/client-dynamodb"');
  });
});
