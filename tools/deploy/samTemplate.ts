import { capitalized } from "./names.ts";
import type { Plan, PlanFunction } from "./plan.ts";
import { fill, type Template } from "./plan.ts";

const nameOf = ({ id }: PlanFunction): string => `${capitalized(id)}Function`;

/** Sends on to a function, as a route of an HTTP API says it. */
const integrationOf = (one: PlanFunction): Template => ({
  type: "aws_proxy",
  httpMethod: "POST",
  payloadFormatVersion: "2.0",
  uri: {
    "Fn::Sub":
      `arn:${fill("AWS::Partition")}:apigateway:${fill("AWS::Region")}:lambda:path/2015-03-31/functions/` +
      `${fill(`${nameOf(one)}.Arn`)}/invocations`,
  },
});

/** A route as an operation of the definition; OpenAPI wants each variable of a path named. */
function operationOf(key: string, one: PlanFunction): { path: string; method: string; operation: Template } {
  const integration = {
    responses: { default: { description: `What ${one.id} answers` } },
    "x-amazon-apigateway-integration": integrationOf(one),
  };
  const [method = "", path] = key.split(" ");
  const any = "x-amazon-apigateway-any-method";
  if (path === undefined) {
    return { path: `/${key}`, method: any, operation: { isDefaultRoute: true, ...integration } };
  }
  const names = [...path.matchAll(/\{([^{}+]+)\+?\}/g)].map(([, name]) => name);
  const parameters = names.map(name => ({ name, in: "path", required: true, schema: { type: "string" } }));
  return {
    path,
    method: method === "ANY" ? any : method.toLowerCase(),
    operation: { ...(parameters.length > 0 && { parameters }), ...integration },
  };
}

/** The definition of the API: with events of functions instead, SAM would write a permission for each route. */
function definitionOf({ name, functions }: Plan): Template {
  const paths: Record<string, Template> = {};
  for (const one of functions) {
    for (const key of one.routes) {
      const { path, method, operation } = operationOf(key, one);
      paths[path] = { ...paths[path], [method]: operation };
    }
  }
  return { openapi: "3.0.1", info: { title: name, version: "1.0" }, paths };
}

function resourcesOf(one: PlanFunction, plan: Plan): Template {
  const name = nameOf(one);
  return {
    [name]: {
      Type: "AWS::Serverless::Function",
      Properties: {
        CodeUri: `${one.code}/`,
        Handler: "index.handler",
        Runtime: plan.runtime,
        Architectures: ["arm64"],
        MemorySize: plan.memory,
        Timeout: plan.timeout,
        Role: { "Fn::GetAtt": ["Role", "Arn"] },
        LoggingConfig: { LogGroup: { Ref: "Logs" } },
        Environment: { Variables: { TSVERLESS_SECRET_KEY: { Ref: "SecretKey" } } },
      },
    },
    [`${capitalized(one.id)}Permission`]: {
      Type: "AWS::Lambda::Permission",
      Properties: {
        Action: "lambda:InvokeFunction",
        FunctionName: { Ref: name },
        Principal: "apigateway.amazonaws.com",
        SourceArn: {
          "Fn::Sub":
            `arn:${fill("AWS::Partition")}:execute-api:${fill("AWS::Region")}:${fill("AWS::AccountId")}:` +
            `${fill("Api")}/*/*`,
        },
      },
    },
  };
}

/** What all functions share: a stack takes 500 resources, and each function has two of its own. */
const sharedOf = (plan: Plan): Template => ({
  Logs: {
    Type: "AWS::Logs::LogGroup",
    Properties: {
      LogGroupName: { "Fn::Sub": `/aws/lambda/${fill("AWS::StackName")}` },
      RetentionInDays: plan.retention,
    },
  },
  Role: {
    Type: "AWS::IAM::Role",
    Properties: {
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
        ],
      },
      ManagedPolicyArns: [
        {
          "Fn::Sub": `arn:${fill("AWS::Partition")}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole`,
        },
      ],
    },
  },
});

/**
 * Writes a plan as a template of AWS SAM: an HTTP API (payload format 2.0), the functions with one permission each, their
 * role and log group, the secret key as a parameter that CloudFormation does not show, and the URL as an output.
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
        Description: "Signs and verifies tokens, encrypts cursors",
      },
    },
    Resources: {
      Api: { Type: "AWS::Serverless::HttpApi", Properties: { DefinitionBody: definitionOf(plan) } },
      ...sharedOf(plan),
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
