import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { deployPlan, type Plan } from "../../../tools/deploy/plan.ts";
import { overQuota } from "../../../tools/deploy/quotas.ts";
import { samTemplate } from "../../../tools/deploy/samTemplate.ts";
import { serverlessTemplate } from "../../../tools/deploy/serverlessTemplate.ts";
import { terraformTemplate } from "../../../tools/deploy/terraformTemplate.ts";
import {
  announceTools,
  areToolsInstalled,
  checkCloudFormation,
  checkTerraform,
  packageServerless,
} from "../../support/templateTools.ts";

announceTools();

/** An API of so many routes, four to a path: with those for preflight requests a quarter more. */
function planOf(count: number, each: boolean): Plan {
  const methods = ["GET", "POST", "PUT", "DELETE"];
  const routes = Array.from({ length: count }, (_, index) => {
    const method = methods[index % 4] as string;
    const path = `/organisations/{organisation}/things${Math.floor(index / 4)}/{id}`;
    return { key: `${method} ${path}`, method, path, name: `things${index}`, preflights: true };
  });
  const common = {
    name: "shop",
    code: "dist",
    runtime: "nodejs24.x",
    memory: 512,
    timeout: 15,
    retention: 30,
  };
  return deployPlan(routes, { ...common, each });
}

interface Resource {
  Type: string;
}
const samOf = (plan: Plan): { Resources: Record<string, Resource> } => samTemplate(plan) as never;

describe("overQuota", () => {
  it.each([
    ["sam", false],
    ["sam", true],
    ["serverless", false],
    ["terraform", false],
    ["terraform", true],
  ] as const)("finds nothing in 200 routes as %s (each: %s)", (format, each) => {
    const plan = planOf(200, each);
    const make = { sam: samTemplate, serverless: serverlessTemplate, terraform: terraformTemplate }[format];
    expect(overQuota(plan, format, stringify(make(plan)))).toEqual({ hard: undefined, soft: undefined });
  });

  it("says how many resources of 500 there would be, and how many routes of 300", () => {
    expect(overQuota(planOf(200, true), "serverless", "").hard).toBe(
      "A stack takes 500 resources, and this would be 1255",
    );
    expect(overQuota(planOf(249, true), "sam", "").hard).toBe(
      "A stack takes 500 resources, and this would be 502",
    );
    expect(overQuota(planOf(248, true), "sam", "")).toEqual({
      hard: undefined,
      soft: "An HTTP API takes 300 routes unless AWS raises it, and this has 310",
    });
    expect(overQuota(planOf(240, false), "terraform", "")).toEqual({ hard: undefined, soft: undefined });
  });

  it("says how long a template is that CloudFormation does not take", () => {
    const text = "x".repeat(1024 * 1024);
    expect(overQuota(planOf(4, false), "sam", text).hard).toBeUndefined();
    expect(overQuota(planOf(4, false), "sam", `${text}x`).hard).toBe(
      "A template takes 1048576 bytes, and this would be 1048577",
    );
    expect(overQuota(planOf(4, false), "terraform", `${text}x`).hard).toBeUndefined();
  });

  it.each([false, true])(
    "counts what a template of SAM has, and the stage that SAM adds (each: %s)",
    each => {
      const resources = Object.values(samOf(planOf(248, each)).Resources);
      const functions = resources.filter(({ Type }) => Type === "AWS::Serverless::Function").length;
      expect(functions).toBe(each ? 248 : 1);
      expect(resources.filter(({ Type }) => Type === "AWS::Lambda::Permission")).toHaveLength(functions);
      expect(overQuota(planOf(248, each), "sam", "").hard).toBeUndefined();
      expect(resources.length + 1).toBe(4 + 2 * functions);
    },
  );

  describe.runIf(areToolsInstalled)("by the parsers of the formats", () => {
    it("SAM's is clean with 200 functions", () => {
      expect(checkCloudFormation(stringify(samOf(planOf(200, true)), { version: "1.1" }))).toEqual([]);
    });

    it("Terraform's is clean with 200 functions", async () => {
      expect(await checkTerraform(JSON.stringify(terraformTemplate(planOf(200, true))))).toEqual([]);
    });

    it.each([
      [200, false],
      [6, true],
    ])(
      "the Serverless Framework makes the resources that are counted (%s routes, each: %s)",
      (count, each) => {
        const folder = mkdtempSync(join(realpathSync(tmpdir()), "serverless-"));
        try {
          const plan = planOf(count, each);
          for (const { code } of plan.functions) {
            mkdirSync(join(folder, code), { recursive: true });
            writeFileSync(join(folder, code, "index.mjs"), "export const handler = () => 1;");
          }
          writeFileSync(
            join(folder, "serverless.yml"),
            stringify(serverlessTemplate(plan), { version: "1.1" }),
          );
          const made = packageServerless(folder, { TSVERLESS_SECRET_KEY: "s".repeat(32) });
          expect(made.error).toBeUndefined();
          const { functions } = plan;
          const routes = functions.reduce((sum, one) => sum + one.routes.length, 0);
          expect(Object.keys(made.resources)).toHaveLength(5 + 5 * functions.length + routes);
          const permissions = Object.values(made.resources).filter(
            ({ Type }) => Type === "AWS::Lambda::Permission",
          );
          expect(permissions).toHaveLength(functions.length);
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      },
    );
  });
});
