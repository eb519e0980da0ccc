import { describe, expect, it } from "vitest";
import { terraformTemplate } from "../../../tools/deploy/terraformTemplate.ts";
import { keysOf, shopPlan } from "../../support/shopPlan.ts";
import { announceTools, areToolsInstalled, checkTerraform } from "../../support/templateTools.ts";

announceTools();

const jsonOf = (each: boolean): string => JSON.stringify(terraformTemplate(shopPlan(each)));

describe("terraformTemplate", () => {
  it("has every route once, with the function that it leads to, and the code that build writes", () => {
    const { locals } = terraformTemplate(shopPlan(true)) as {
      locals: { name: string; routes: Record<string, string>; functions: Record<string, string> };
    };
    expect(Object.keys(locals.routes).sort()).toEqual(keysOf(shopPlan(true)));
    expect(locals.routes).toMatchObject({
      "OPTIONS /items": "itemsCreate",
      "ANY /größe": "anyGruf6udfe",
      "PATCH /items/{item.id}": "itemsUpdate",
      $default: "default",
    });
    expect(locals.functions).toMatchObject({
      itemsCreate: "dist/itemsCreate",
      anyGruf6udfe: "dist/anyGröße",
    });
    expect((terraformTemplate(shopPlan(false)).locals as typeof locals).functions).toEqual({
      api: "dist/api",
    });
  });

  it("takes the secret key as a sensitive variable, and never has a value of it", () => {
    const { variable, resource } = terraformTemplate(shopPlan(false)) as {
      variable: Record<string, object>;
      resource: { aws_lambda_function: { function: Record<string, unknown> } };
    };
    expect(variable.secret_key).toMatchObject({ type: "string", sensitive: true });
    expect(variable.secret_key).not.toHaveProperty("default");
    expect(resource.aws_lambda_function.function).toMatchObject({
      runtime: "nodejs24.x",
      memory_size: 512,
      timeout: 15,
      environment: { variables: { TSVERLESS_SECRET_KEY: `\${var.secret_key}` } },
    });
  });

  it("has names that AWS takes, however long that of the service", () => {
    const { resource } = terraformTemplate({ ...shopPlan(false), name: "a".repeat(31) }) as {
      resource: { aws_iam_role: { function: { name_prefix: string } } };
    };
    expect(resource.aws_iam_role.function.name_prefix.length).toBeLessThanOrEqual(38);
  });

  describe.runIf(areToolsInstalled)("by the providers' schemas and Terraform's parser", () => {
    it.each([false, true])("is clean (each: %s)", async each => {
      expect(await checkTerraform(jsonOf(each))).toEqual([]);
    });

    it.each([
      ["an unknown argument", '"memory_size"', '"memory_siz"', "memorySiz"],
      ["a missing argument", `"route_key":"\${each.key}",`, "", "routeKey"],
      [
        "a wrong type",
        '"retention_in_days":30',
        '"retention_in_days":"30 days"',
        "Type 'string' is not assignable",
      ],
      ["an unknown resource", "aws_apigatewayv2_stage", "aws_apigatewayv2_stag", "apigatewayv2-stag"],
      ["a reference to nothing", "local.routes", "local.rutes", "unknown local.rutes"],
      ["an expression that does not end", "var.secret_key}", "var.secret_key", "no closing brace"],
      [
        "a dependency on nothing",
        '"aws_iam_role_policy_attachment.logs"',
        '"aws_iam_role.logs"',
        "unknown aws_iam_role.logs",
      ],
    ])("has a finding with %s", async (_what, right, wrong, message) => {
      const json = jsonOf(true);
      expect(json).toContain(right);
      expect((await checkTerraform(json.replaceAll(right, wrong))).join("\n")).toContain(message);
    });
  });
});
