import type { Plan } from "./plan.ts";
import { fill, type Template } from "./plan.ts";

const assumedByLambda = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

function resourcesOf(plan: Plan): Template {
  return {
    aws_iam_role: {
      function: { name_prefix: `${plan.name}-`.slice(0, 38), assume_role_policy: assumedByLambda },
    },
    aws_iam_role_policy_attachment: {
      logs: {
        role: fill("aws_iam_role.function.name"),
        policy_arn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
      },
    },
    aws_cloudwatch_log_group: {
      function: {
        for_each: fill("local.functions"),
        name: `/aws/lambda/${fill("local.name")}-${fill("each.key")}`,
        retention_in_days: plan.retention,
      },
    },
    aws_lambda_function: {
      function: {
        for_each: fill("local.functions"),
        function_name: `${fill("local.name")}-${fill("each.key")}`,
        role: fill("aws_iam_role.function.arn"),
        filename: fill("data.archive_file.function[each.key].output_path"),
        source_code_hash: fill("data.archive_file.function[each.key].output_base64sha256"),
        handler: "index.handler",
        runtime: plan.runtime,
        architectures: ["arm64"],
        memory_size: plan.memory,
        timeout: plan.timeout,
        environment: { variables: { TSVERLESS_SECRET_KEY: fill("var.secret_key") } },
        depends_on: ["aws_cloudwatch_log_group.function", "aws_iam_role_policy_attachment.logs"],
      },
    },
    aws_apigatewayv2_api: { api: { name: fill("local.name"), protocol_type: "HTTP" } },
    aws_apigatewayv2_stage: {
      default: { api_id: fill("aws_apigatewayv2_api.api.id"), name: "$default", auto_deploy: true },
    },
    aws_apigatewayv2_integration: {
      function: {
        for_each: fill("local.functions"),
        api_id: fill("aws_apigatewayv2_api.api.id"),
        integration_type: "AWS_PROXY",
        integration_uri: fill("aws_lambda_function.function[each.key].invoke_arn"),
        payload_format_version: "2.0",
      },
    },
    aws_apigatewayv2_route: {
      route: {
        for_each: fill("local.routes"),
        api_id: fill("aws_apigatewayv2_api.api.id"),
        route_key: fill("each.key"),
        target: `integrations/${fill("aws_apigatewayv2_integration.function[each.value].id")}`,
      },
    },
    aws_lambda_permission: {
      gateway: {
        for_each: fill("local.functions"),
        action: "lambda:InvokeFunction",
        function_name: fill("aws_lambda_function.function[each.key].function_name"),
        principal: "apigateway.amazonaws.com",
        source_arn: `${fill("aws_apigatewayv2_api.api.execution_arn")}/*/*`,
      },
    },
  };
}

/**
 * Writes a plan as Terraform (or OpenTofu) in its JSON syntax: an HTTP API (payload format 2.0), the functions with their
 * role and log groups, the secret key as a sensitive variable, and the URL as an output. The provider's region and
 * credentials come from where it runs.
 *
 * https://developer.hashicorp.com/terraform/language/syntax/json
 *
 * @param plan what {@link deployPlan} decided
 * @returns the configuration as an object; `main.tf.json` is its JSON
 * @example
 * JSON.stringify(terraformTemplate(plan), undefined, 2);
 */
export function terraformTemplate(plan: Plan): Template {
  const functions = plan.functions.map(({ id, code }) => [id, code]);
  const routes = plan.functions.flatMap(({ id, routes: keys }) => keys.map(key => [key, id]));
  return {
    terraform: {
      required_version: ">= 1.5",
      required_providers: {
        archive: { source: "hashicorp/archive", version: ">= 2.4" },
        aws: { source: "hashicorp/aws", version: ">= 5.0" },
      },
    },
    variable: {
      secret_key: {
        type: "string",
        sensitive: true,
        description: "Signs and verifies tokens, encrypts cursors",
      },
    },
    locals: {
      name: plan.name,
      functions: Object.fromEntries(functions),
      routes: Object.fromEntries(routes),
    },
    data: {
      archive_file: {
        function: {
          for_each: fill("local.functions"),
          type: "zip",
          source_dir: `${fill("path.module")}/${fill("each.value")}`,
          output_path: `${fill("path.module")}/.terraform/${fill("each.key")}.zip`,
        },
      },
    },
    resource: resourcesOf(plan),
    output: {
      url: { description: "Where the API is", value: fill("aws_apigatewayv2_api.api.api_endpoint") },
    },
  };
}
