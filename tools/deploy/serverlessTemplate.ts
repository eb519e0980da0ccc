import type { Plan } from "./plan.ts";
import { fill, type Template } from "./plan.ts";

/** `$default` is `*` there. */
const eventOf = (key: string): Template => ({ httpApi: key === "$default" ? "*" : key });

/**
 * Writes a plan as a configuration of the Serverless Framework (version 3 and 4, and `osls`): an HTTP API (payload format
 * 2.0), the functions, each packed alone, and how long logs are kept. The secret key is taken from the environment when
 * it is deployed. The URL is among the outputs, as the framework makes it.
 *
 * https://www.serverless.com/framework/docs/providers/aws/guide/serverless.yml
 *
 * @param plan what {@link deployPlan} decided
 * @returns the configuration as an object; `serverless.yml` is its YAML
 * @example
 * stringify(serverlessTemplate(plan)); // of the package yaml
 */
export function serverlessTemplate(plan: Plan): Template {
  const functions = plan.functions.map(({ id, code, routes }) => [
    id,
    {
      handler: `${code}/index.handler`,
      package: { patterns: [`${code}/**`] },
      events: routes.map(eventOf),
    },
  ]);
  return {
    service: plan.name,
    configValidationMode: "error",
    provider: {
      name: "aws",
      runtime: plan.runtime,
      architecture: "arm64",
      memorySize: plan.memory,
      timeout: plan.timeout,
      logRetentionInDays: plan.retention,
      httpApi: { payload: "2.0" },
      environment: { TSVERLESS_SECRET_KEY: fill("env:TSVERLESS_SECRET_KEY") },
    },
    package: { individually: true, patterns: ["!**"] },
    functions: Object.fromEntries(functions),
  };
}
