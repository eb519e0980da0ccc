import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { samTemplate } from "../../../tools/deploy/samTemplate.ts";
import { shopPlan } from "../../support/shopPlan.ts";
import { announceTools, areToolsInstalled, checkCloudFormation } from "../../support/templateTools.ts";

announceTools();

type Resources = Record<string, { Type: string; Properties: Record<string, unknown> }>;
const resourcesOf = (each: boolean): Resources => samTemplate(shopPlan(each)).Resources as Resources;

type Operation = { "x-amazon-apigateway-integration": { uri: { "Fn::Sub": string } } };
const anyMethod = "x-amazon-apigateway-any-method";
type Paths = Record<string, Record<string, Operation>>;
function pathsOf(each: boolean): Paths {
  const { Api } = resourcesOf(each) as unknown as {
    Api: { Properties: { DefinitionBody: { paths: Paths } } };
  };
  return Api.Properties.DefinitionBody.paths;
}

/** Route keys with the function that each leads to. */
function routesOf(each: boolean): [key: string, name: string][] {
  return Object.entries(pathsOf(each)).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]): [string, string] => {
      const uri = operation["x-amazon-apigateway-integration"].uri["Fn::Sub"];
      const verb = method === anyMethod ? "ANY" : method.toUpperCase();
      return [path === "/$default" ? "$default" : `${verb} ${path}`, /\{(\w+)\.Arn\}/.exec(uri)?.[1] ?? ""];
    }),
  );
}
describe("samTemplate", () => {
  it.each([false, true])("has every route once, with the function that it leads to (each: %s)", each => {
    const { functions } = shopPlan(each);
    const wanted = functions.flatMap(({ id, routes }) =>
      routes.map(key => [key, `${id.charAt(0).toUpperCase()}${id.slice(1)}Function`]),
    );
    expect(routesOf(each).sort()).toEqual(wanted.sort());
    const paths = pathsOf(each);
    expect(paths["/$default"]).toMatchObject({ [anyMethod]: { isDefaultRoute: true } });
    expect(paths["/items/{item.id}"]).toMatchObject({
      put: { parameters: [{ name: "item.id", in: "path", required: true, schema: { type: "string" } }] },
    });
  });

  it.each([false, true])(
    "lets the API call each function, by one permission however many routes (each: %s)",
    each => {
      const resources = resourcesOf(each);
      const permissions = Object.values(resources).filter(({ Type }) => Type === "AWS::Lambda::Permission");
      expect(permissions.map(({ Properties }) => (Properties.FunctionName as { Ref: string }).Ref)).toEqual(
        Object.keys(resources).filter(id => resources[id]?.Type === "AWS::Serverless::Function"),
      );
      for (const { Properties } of permissions) {
        expect(Properties.SourceArn).toEqual({
          "Fn::Sub": `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/*/*`,
        });
      }
    },
  );

  it("names the code that build writes, and keeps logs for a time", () => {
    const one = resourcesOf(false);
    expect(one.ApiFunction?.Properties).toMatchObject({
      CodeUri: "dist/api/",
      Handler: "index.handler",
      Runtime: "nodejs24.x",
      MemorySize: 512,
      Timeout: 15,
    });
    expect(one.ApiFunction?.Properties.LoggingConfig).toEqual({ LogGroup: { Ref: "Logs" } });
    expect(one.Logs).toEqual({
      Type: "AWS::Logs::LogGroup",
      Properties: { LogGroupName: { "Fn::Sub": `/aws/lambda/\${AWS::StackName}` }, RetentionInDays: 30 },
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

  it("takes the secret key as a parameter that is not shown, and outputs the URL", () => {
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
      ["a route to nothing", "ItemsListFunction.Arn", "ItemListFunction.Arn", "ItemListFunction"],
    ])("has a finding with %s", (_what, right, wrong, message) => {
      expect(yaml).toContain(right);
      expect(checkCloudFormation(yaml.replaceAll(right, wrong)).join("\n")).toContain(message);
    });
  });
});
