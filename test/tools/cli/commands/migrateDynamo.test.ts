import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeProject, ownTsverless, type Project } from "../../../support/cli.ts";
import { type LocalDynamo, startDynamo } from "../../../support/dynamo.ts";

let dynamo: LocalDynamo;
let project: Project;
beforeAll(async () => {
  dynamo = await startDynamo();
  project = makeProject({});
  const packages = fileURLToPath(new URL("../../../../node_modules", import.meta.url));
  for (const name of ["@aws-lite", "@aws-sdk"]) {
    symlinkSync(join(packages, name), join(project.folder, "node_modules", name), "junction");
  }
});
afterAll(async () => {
  project.remove();
  await dynamo.stop();
});

const entry = (table: string, more = ""): string => `
  import awsLite from "@aws-lite/client";
  import { api, pick, resource } from "tsverless";
  import { dynamoModel } from "tsverless/models/dynamo";
  import { sqlModel } from "tsverless/models/sql";
  import { sqlite } from "tsverless/models/sqlite";
  const client = awsLite({ endpoint: "${dynamo.endpoint}", region: "eu-west-1", accessKeyId: "a", secretAccessKey: "b" });
  const Posts = dynamoModel({
    client, table: "${table}", name: "Post", key: { partition: "id" }, fields: { author: "text" },
    indexes: { byAuthor: { partition: "author" } },
  });
  ${more}
  export const blog = api({ posts: resource(Posts, { serializer: pick("id") }) });`;
const run = (...args: string[]) => ownTsverless(["migrate", ...args], { cwd: project.folder });

it("plan says what tables of DynamoDB lack, beside those of a database, and leaves them to their stack", async () => {
  const bare = await dynamo.createTable({ partition: ["id", "S"] });
  const whole = await dynamo.createTable({
    partition: ["id", "S"],
    indexes: { byAuthor: { partition: ["author", "S"] } },
  });
  project.write("api.ts", entry(bare));
  const plan = await run("plan");
  expect([plan.code, plan.err]).toEqual([1, ""]);
  expect(plan.out).toContain(`Before the new code
  ${bare}: adds the index byAuthor (author S), with all attributes
    by hand: in your template, or by UpdateTable
    is filled while the table serves`);
  for (const action of ["up", "write", "down", "status"]) {
    expect(await run(action)).toMatchObject({
      code: 1,
      err: expect.stringContaining("models on DynamoDB have no files of migrations: see what plan says"),
    });
  }
  project.write(
    "api.ts",
    entry(
      bare,
      'sqlModel({ db: sqlite(":memory:"), name: "Tag", table: "tags", columns: { name: "text" } });',
    ),
  );
  const both = JSON.parse((await run("plan", "--json")).out) as { steps: { table: string }[] };
  expect(both.steps.map(({ table }) => table)).toEqual(["tags", bare]);
  project.write("api.ts", entry(whole));
  expect(await run("plan")).toEqual({ code: 0, out: "The database is as the models want it\n", err: "" });
});
