import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { samTemplate } from "../../../src/deploy/samTemplate.ts";
import { keysOf, shopPlan } from "../../support/shopPlan.ts";
import { announceTools, areToolsInstalled, checkCloudFormation } from "../../support/templateTools.ts";

announceTools();

type Resources = Record<string, { Type: string; Properties: Record<string, unknown> }>;
interface HttpEvent {
  Type: string;
  Properties: { ApiId: unknown; Method?: string; Path?: string };
}
const resourcesOf = (each: boolean): Resources => samTemplate(shopPlan(each)).Resources as Resources;

describe("samTemplate", () => {
  it.each([false, true])("has every route once, on the same API (each: %s)", each => {
    const events = Object.values(resourcesOf(each))
      .filter(({ Type }) => Type === "AWS::Serverless::Function")
      .flatMap(({ Properties }) => Object.values(Properties.Events as Record<string, HttpEvent>));
    for (const { Type, Properties } of events) {
      expect([Type, Properties.ApiId]).toEqual(["HttpApi", { Ref: "Api" }]);
    }
    const keys = events.map(({ Properties: { Method, Path } }) => (Path ? `${Method} ${Path}` : "$default"));
    expect(keys.sort()).toEqual(keysOf(shopPlan(each)));
  });

  it("names the code that build writes, and keeps logs for a time", () => {
    const one = resourcesOf(false);
    expect(one.ApiFunction?.Properties).toMatchObject({
      CodeUri: "dist/api/",
      Handler: "index.handler",
      Runtime: "nodejs24.x",
      MemorySize: 512,
      Timeout: 15,
    });
    expect(one.ApiLogs).toEqual({
      Type: "AWS::Logs::LogGroup",
      Properties: { LogGroupName: { "Fn::Sub": `/aws/lambda/\${ApiFunction}` }, RetentionInDays: 30 },
    });
    expect(Object.keys(resourcesOf(true)).filter(id => id.endsWith("Function"))).toEqual([
      "ItemsCreateFunction",
      "ItemsListFunction",
      "ItemsUpdateFunction",
      "GetFilesPathFunction",
      "GetABFunction",
      "AnyGruf6udfeFunction",
      "GetFunction",
      "DefaultFunction",
    ]);
  });

  it("takes the secret key as a parameter that is not shown, and tells the URL", () => {
    const { Parameters, Outputs, Resources } = samTemplate(shopPlan(false)) as {
      Parameters: Record<string, object>;
      Outputs: Record<string, object>;
      Resources: Resources;
    };
    expect(Parameters.SecretKey).toMatchObject({ Type: "String", NoEcho: true, MinLength: 32 });
    expect(Resources.ApiFunction?.Properties.Environment).toEqual({
      Variables: { TSVERLESS_SECRET_KEY: { Ref: "SecretKey" } },
    });
    expect(Outputs.Url).toMatchObject({
      Value: { "Fn::Sub": `https://\${Api}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}` },
    });
  });

  describe.runIf(areToolsInstalled)("by the parser of AWS's CDK", () => {
    const yaml = stringify(samTemplate(shopPlan(true)), { version: "1.1" });

    it.each([false, true])("is clean (each: %s)", each => {
      expect(checkCloudFormation(stringify(samTemplate(shopPlan(each)), { version: "1.1" }))).toEqual([]);
    });

    it.each([
      ["an unknown property", "Handler:", "Handlr:", "unknown Properties.Handlr"],
      ["a wrong type", "MemorySize: 512", "MemorySize: big", 'memorySize: "big" should be a number'],
      ["a reference to nothing", "Ref: SecretKey", "Ref: SecretKei", "'SecretKei' not found"],
      ["an unknown resource", "AWS::Logs::LogGroup", "AWS::Logs::LogGrup", "AWS::Logs::LogGrup"],
      [
        "an unknown property of a route",
        "Method: POST",
        "Metod: POST",
        "unknown Properties.Events.PostItems",
      ],
    ])("would not be with %s", (_what, right, wrong, told) => {
      expect(yaml).toContain(right);
      expect(checkCloudFormation(yaml.replaceAll(right, wrong)).join("\n")).toContain(told);
    });
  });
});
