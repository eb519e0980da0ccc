import { preflightRoute } from "../api/preflight.ts";
import type { Route } from "../api/routes.ts";
import { distinctIds } from "./names.ts";

/** A route of an `api`, as far as infrastructure needs to know it. */
export interface DeployRoute {
  /** `GET`, or `ANY`; `$default` has none. */
  readonly method: string;
  /** `/users/{id}`; `$default` has none. */
  readonly path: string;
  /** The name of its handler: `usersRetrieve`. */
  readonly name: string;
  readonly handler: object;
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

const keyOf = ({ method, path }: DeployRoute): string => (method === "" ? "$default" : `${method} ${path}`);

/** The name of the function of all routes. */
export const nameOfAll = "api";

/**
 * The folder of a function, with its `index.mjs`.
 *
 * @param out the folder that `tsverless build` writes
 * @param name the name of a handler, or {@link nameOfAll}
 */
export const functionFolder = (out: string, name: string): string =>
  `${out.replace(/(?<=.)\/+$/, "")}/${name}`;

/** Routes by path; what the variables are called makes no other path. */
function byPath(routes: readonly DeployRoute[]): DeployRoute[][] {
  const paths = new Map<string, DeployRoute[]>();
  for (const route of routes.filter(({ method }) => method !== "")) {
    const pattern = route.path.replace(/\{[^}+]*/g, "{");
    paths.set(pattern, [...(paths.get(pattern) ?? []), route]);
  }
  return [...paths.values()];
}

/**
 * The routes that bring preflight requests to a function, since a gateway sends on only what has a route: `OPTIONS` for
 * each path that neither has it nor `ANY`. A function of its own gets it when its handler answers preflight requests.
 */
function preflights(routes: readonly DeployRoute[], each: boolean): DeployRoute[] {
  return byPath(routes).flatMap(onPath => {
    const [first] = onPath as [DeployRoute];
    const methods = new Map<string, Route<object>>(
      onPath.map(route => [route.method, { key: keyOf(route), handler: route.handler, segments: [] }]),
    );
    if (methods.has("OPTIONS") || methods.has("ANY")) return [];
    const answering = each ? preflightRoute(methods, "")?.handler : first.handler;
    const target = onPath.find(({ handler }) => handler === answering);
    return target === undefined ? [] : [{ ...target, method: "OPTIONS", path: first.path }];
  });
}

/**
 * Decides which functions there are and which routes lead to them.
 *
 * @param routes the routes of an `api`
 * @param options one function or one for each handler, and what all functions have
 * @returns what {@link samTemplate}, {@link serverlessTemplate} and {@link terraformTemplate} write down
 * @example
 * deployPlan(blog.routes, { name: "blog", each: true, code: "dist", runtime: "nodejs24.x", memory: 256, timeout: 10, retention: 30 });
 */
export function deployPlan(routes: readonly DeployRoute[], { each, code, ...common }: PlanOptions): Plan {
  const all = [...routes, ...preflights(routes, each)];
  if (!each) {
    const one = { id: nameOfAll, code: functionFolder(code, nameOfAll), routes: all.map(keyOf) };
    return { ...common, functions: [one] };
  }
  const ids = distinctIds([...new Set(routes.map(({ name }) => name))]);
  const functions = [...ids].map(([name, id]) => ({
    id,
    code: functionFolder(code, name),
    routes: all.filter(route => route.name === name).map(keyOf),
  }));
  return { ...common, functions };
}
