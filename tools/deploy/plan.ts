import { preflightRoutes } from "../../api/routes/preflight.ts";
import { trimEnd } from "../../src/core/trimEnd.ts";
import { distinctIds } from "./names.ts";

/** A route, as far as infrastructure needs to know it. */
export interface DeployRoute {
  /** `GET /users/{id}`, or `$default`. */
  readonly key: string;
  /** `GET`, or `ANY`; `$default` has none. */
  readonly method: string;
  /** `/users/{id}`; `$default` has none. */
  readonly path: string;
  /** The name of its handler: `usersRetrieve`. */
  readonly name: string;
  /** Whether its handler may answer preflight requests. A chain of ours without CORS would run its function. */
  readonly preflights: boolean;
}

/** What a template is about. */
export interface PlanOptions {
  /** What the service is called: letters, digits and dashes. */
  name: string;
  /** Whether each handler has a Lambda function of its own. */
  each: boolean;
  /** The folder that `tsverless build` wrote, as it is named from where the template is. */
  code: string;
  /** `nodejs24.x` */
  runtime: string;
  /** Megabytes. */
  memory: number;
  /** Seconds. */
  timeout: number;
  /** Days that logs are kept. */
  retention: number;
}

/** One Lambda function. */
export interface PlanFunction {
  /** `api`, or the name of its handler in letters and digits alone. */
  readonly id: string;
  /** The folder with its `index.mjs`. */
  readonly code: string;
  /** The route keys that lead to it: `POST /users`, `OPTIONS /users`, `$default`. */
  readonly routes: readonly string[];
}

/** All that a template says. */
export interface Plan extends Omit<PlanOptions, "each" | "code"> {
  readonly functions: readonly PlanFunction[];
}

/** The name of the function of all routes. */
export const nameOfAll = "api";

/**
 * The folder of a function, with its `index.mjs`.
 *
 * @param out the folder that `tsverless build` writes
 * @param name the name of a handler, or {@link nameOfAll}
 */
export const functionFolder = (out: string, name: string): string => `${trimEnd(out, "/")}/${name}`;

/** `OPTIONS` of each path that needs it. A function of its own gets it when its handler may answer preflight requests. */
const preflights = (routes: readonly DeployRoute[], each: boolean): DeployRoute[] =>
  preflightRoutes(routes, route => !each || route.preflights).map(route => ({
    ...route,
    key: `OPTIONS ${route.path}`,
    method: "OPTIONS",
  }));

/**
 * Decides which functions there are and which routes lead to them.
 *
 * @param routes all routes; those of one name have one handler
 * @param options one function or one for each handler, and what all functions have
 * @returns what {@link samTemplate}, {@link serverlessTemplate} and {@link terraformTemplate} write down
 * @example
 * deployPlan(listing.routes, { name: "blog", each: true, code: "dist", runtime: "nodejs24.x", memory: 256, timeout: 10, retention: 30 });
 */
export function deployPlan(routes: readonly DeployRoute[], { each, code, ...common }: PlanOptions): Plan {
  const all = [...routes, ...preflights(routes, each)];
  if (!each) {
    const one = { id: nameOfAll, code: functionFolder(code, nameOfAll), routes: all.map(({ key }) => key) };
    return { ...common, functions: [one] };
  }
  const ids = distinctIds([...new Set(routes.map(({ name }) => name))]);
  const functions = [...ids].map(([name, id]) => ({
    id,
    code: functionFolder(code, name),
    routes: all.filter(route => route.name === name).map(({ key }) => key),
  }));
  return { ...common, functions };
}

/** A template as plain data, ready for JSON or YAML. */
export type Template = { [key: string]: unknown };

/** What the deployment fills in: `${Api}`. */
export const fill = (expression: string): string => `\${${expression}}`;
