import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { serverlessTemplate } from "../../../tools/deploy/serverlessTemplate.ts";
import { keysOf, shopPlan } from "../../support/shopPlan.ts";
import {
  announceTools,
  areToolsInstalled,
  checkCloudFormation,
  type Packaged,
  packageServerless,
} from "../../support/templateTools.ts";

announceTools();

describe("serverlessTemplate", () => {
  it("has every route once, `*` for $default", () => {
    const { functions } = serverlessTemplate(shopPlan(true)) as {
      functions: Record<string, { events: { httpApi: string }[] }>;
    };
    const keys = Object.values(functions).flatMap(({ events }) => events.map(({ httpApi }) => httpApi));
    expect(keys.map(key => (key === "*" ? "$default" : key)).sort()).toEqual(keysOf(shopPlan(true)));
  });

  it("names the code that build writes, and takes the secret key from the environment", () => {
    const { service, provider, functions } = serverlessTemplate(shopPlan(false)) as Record<string, object>;
    expect(service).toBe("shop");
    expect(provider).toMatchObject({
      runtime: "nodejs24.x",
      memorySize: 512,
      timeout: 15,
      logRetentionInDays: 30,
      environment: { TSVERLESS_SECRET_KEY: `\${env:TSVERLESS_SECRET_KEY}` },
    });
    expect(functions).toMatchObject({
      api: { handler: "dist/api/index.handler", package: { patterns: ["dist/api/**"] } },
    });
  });

  describe.runIf(areToolsInstalled)("by the Serverless Framework", () => {
    function packaged(each: boolean, change: (yaml: string) => string = yaml => yaml): Packaged {
      const folder = mkdtempSync(join(realpathSync(tmpdir()), "serverless-"));
      try {
        const plan = shopPlan(each);
        for (const { code } of plan.functions) {
          mkdirSync(join(folder, code, "chunks"), { recursive: true });
          writeFileSync(join(folder, code, "index.mjs"), "export const handler = () => 1;");
          writeFileSync(join(folder, dirname(code), "notes.txt"), "not of the function");
        }
        const yaml = stringify(serverlessTemplate(plan), { version: "1.1" });
        writeFileSync(join(folder, "serverless.yml"), change(yaml));
        return packageServerless(folder, { TSVERLESS_SECRET_KEY: "s".repeat(32) });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
    const ofType = ({ resources }: Packaged, type: string): Record<string, unknown>[] =>
      Object.values(resources)
        .filter(({ Type }) => Type === type)
        .map(({ Properties }) => Properties);

    it.each([false, true])("is packaged, with its routes, functions, logs and URL (each: %s)", each => {
      const made = packaged(each);
      const plan = shopPlan(each);
      expect(made.error).toBeUndefined();
      expect(
        ofType(made, "AWS::ApiGatewayV2::Route")
          .map(({ RouteKey }) => RouteKey)
          .sort(),
      ).toEqual(keysOf(plan));
      for (const { PayloadFormatVersion } of ofType(made, "AWS::ApiGatewayV2::Integration")) {
        expect(PayloadFormatVersion).toBe("2.0");
      }
      const functions = ofType(made, "AWS::Lambda::Function");
      expect(functions.map(({ Handler, Runtime }) => [Handler, Runtime]).sort()).toEqual(
        plan.functions.map(({ code }) => [`${code}/index.handler`, "nodejs24.x"]).sort(),
      );
      expect(ofType(made, "AWS::Logs::LogGroup").map(one => one.RetentionInDays)).toEqual(
        plan.functions.map(() => 30),
      );
      expect(made.archives).toHaveLength(plan.functions.length);
      expect(made.outputs).toHaveProperty("HttpApiUrl");
      // What is said of the bucket that the framework puts the code in.
      const advice =
        "Both 'UpdateReplacePolicy' and 'DeletionPolicy' are needed to protect resource from deletion";
      expect(checkCloudFormation(made.template)).toEqual([advice]);
    });

    it.each([
      ["an unknown property", "memorySize:", "memorySiz:", "unrecognized property 'memorySiz'"],
      ["a wrong type", "timeout: 15", "timeout: soon", "timeout"],
      ["an unknown runtime", "nodejs24.x", "nodejs42.x", "runtime"],
      ["a malformed route", "httpApi: GET /items", "httpApi: GET items", "httpApi"],
    ])("is refused with %s", (_what, right, wrong, message) => {
      const { error } = packaged(false, yaml => {
        expect(yaml).toContain(right);
        return yaml.replace(right, wrong);
      });
      expect(error).toContain(message);
    });
  });
});
