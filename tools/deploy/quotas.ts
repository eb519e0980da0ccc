import type { Plan } from "./plan.ts";

type Format = "sam" | "serverless" | "terraform";

const routesOf = ({ functions }: Plan): number =>
  functions.reduce((sum, { routes }) => sum + routes.length, 0);

/** How many resources a stack of CloudFormation gets: each format makes other ones of a plan. */
function resourcesOf(plan: Plan, format: Format): number {
  const functions = plan.functions.length;
  // The API, its stage, the log group and the role; each function and its permission.
  if (format === "sam") return 4 + 2 * functions;
  // The API, its stage, the role, and the bucket of the deployment with its policy; for each function itself, its version,
  // log group, integration and permission; each route.
  return format === "serverless" ? 5 + 5 * functions + routesOf(plan) : 0;
}

const maxResources = 500;
const maxTemplateBytes = 1024 * 1024;
const maxRoutes = 300;

/** What of a plan is over a quota of AWS. */
export interface OverQuota {
  /** One that AWS raises for nobody. */
  readonly hard: string | undefined;
  /** One that AWS raises who asks. */
  readonly soft: string | undefined;
}

function hardOf(plan: Plan, format: Format, text: string): string | undefined {
  const resources = resourcesOf(plan, format);
  if (resources > maxResources) {
    return `A stack takes ${maxResources} resources, and this would be ${resources}`;
  }
  if (format === "terraform" || Buffer.byteLength(text) <= maxTemplateBytes) return undefined;
  return `A template takes ${maxTemplateBytes} bytes, and this would be ${Buffer.byteLength(text)}`;
}

/**
 * Holds a template against the quotas of AWS that a large API can pass: 500 resources a stack and 1 MiB a template, for
 * everybody; 300 routes an HTTP API, unless AWS raised it. No policy of a function can grow with its routes (20 kB at most),
 * since each function has one permission.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 *
 * @param plan what the template is made of
 * @param format `sam`, `serverless` or `terraform`
 * @param text the template
 * @returns what is over a quota, in words
 * @example
 * overQuota(plan, "sam", text).hard; // "A stack takes 500 resources, and this would be 604"
 */
export function overQuota(plan: Plan, format: Format, text: string): OverQuota {
  const routes = routesOf(plan);
  return {
    hard: hardOf(plan, format, text),
    soft:
      routes > maxRoutes
        ? `An HTTP API takes ${maxRoutes} routes unless AWS raises it, and this has ${routes}`
        : undefined,
  };
}
