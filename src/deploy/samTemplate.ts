import { capitalized, distinctIds, routeWord } from "./names.ts";
import type { Plan, PlanFunction } from "./plan.ts";
import { fill, type Template } from "./template.ts";

/** The route of a key as an event of a function; one without a path takes `$default`. */
function eventOf(key: string): Template {
  const [method, path] = key.split(" ");
  const where = path === undefined ? {} : { Method: method, Path: path };
  return { Type: "HttpApi", Properties: { ApiId: { Ref: "Api" }, ...where } };
}

function resourcesOf({ id, code, routes }: PlanFunction, plan: Plan): Template {
  const name = `${capitalized(id)}Function`;
  const events = distinctIds(routes, routeWord);
  return {
    [name]: {
      Type: "AWS::Serverless::Function",
      Properties: {
        CodeUri: `${code}/`,
        Handler: "index.handler",
        Runtime: plan.runtime,
        Architectures: ["arm64"],
        MemorySize: plan.memory,
        Timeout: plan.timeout,
        Environment: { Variables: { TSVERLESS_SECRET_KEY: { Ref: "SecretKey" } } },
        Events: Object.fromEntries(routes.map(key => [events.get(key), eventOf(key)])),
      },
    },
    [`${capitalized(id)}Logs`]: {
      Type: "AWS::Logs::LogGroup",
      Properties: {
        LogGroupName: { "Fn::Sub": `/aws/lambda/${fill(name)}` },
        RetentionInDays: plan.retention,
      },
    },
  };
}

/**
 * Writes a plan as a template of AWS SAM: an HTTP API (payload format 2.0), the functions, their log groups, the secret
 * key as a parameter that CloudFormation does not show, and the URL as an output.
 *
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy.html
 *
 * @param plan what {@link deployPlan} decided
 * @returns the template as an object; `template.yaml` is its YAML
 * @example
 * stringify(samTemplate(plan)); // of the package yaml
 */
export function samTemplate(plan: Plan): Template {
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Transform: "AWS::Serverless-2016-10-31",
    Description: plan.name,
    Parameters: {
      SecretKey: {
        Type: "String",
        NoEcho: true,
        MinLength: 32,
        Description: "Signs and verifies tokens and cursors",
      },
    },
    Resources: {
      Api: { Type: "AWS::Serverless::HttpApi" },
      ...Object.assign({}, ...plan.functions.map(one => resourcesOf(one, plan))),
    },
    Outputs: {
      Url: {
        Description: "Where the API is",
        Value: {
          "Fn::Sub": `https://${fill("Api")}.execute-api.${fill("AWS::Region")}.${fill("AWS::URLSuffix")}`,
        },
      },
    },
  };
}
