import { afterAll, expect, it } from "vitest";
import { bundleProject } from "../../../support/bundleProject.ts";
import type { Project } from "../../../support/cli.ts";

const projects: Project[] = [];
afterAll(() => {
  for (const made of projects) made.remove();
});

/** The files of models on DynamoDB that a bundle has. */
async function filesOf(options: string): Promise<string[]> {
  const index = `
    import awsLite from "@aws-lite/client";
    import { retrieveHandler } from "tsverless";
    import { dynamoModel } from "tsverless/models/dynamo";
    const client = awsLite({ region: "eu-west-1", accessKeyId: "a", secretAccessKey: "b" });
    const Posts = dynamoModel({ client, table: "posts", key: { partition: "id" }, fields: { slug: "text" }${options} });
    export const handler = retrieveHandler(Posts, { serializer: post => post });`;
  const { project, bundle } = await bundleProject({ "src/index.ts": index }, ["@aws-lite"], ["handler"]);
  projects.push(project);
  return Object.keys(bundle.metafile.inputs).flatMap(
    path => /models\/dynamo\/(\w+)\.[jt]s$/.exec(path)?.[1] ?? [],
  );
}

it("a bundle has what keeps fields unique where a model has the option, and nowhere else", async () => {
  const [without, kept] = [await filesOf(""), await filesOf(', unique: ["slug"]')];
  expect([without.includes("unique"), without.includes("noUnique")]).toEqual([false, true]);
  expect([kept.includes("unique"), kept.includes("noUnique")]).toEqual([true, false]);
});
