import type { Method } from "./types.ts";

/** One route of an API, as documents look at it. */
export interface DocumentedRoute {
  /** `GET`, or `ANY`; `$default` has none. */
  readonly method: string;
  /** `/users/{id}`, the prefix included. */
  readonly path: string;
  /** `usersRetrieve` */
  readonly name: string;
  readonly handler: object;
}

/** A route's place in the document. */
export interface RoutePlace {
  path: string;
  /** The route's variables, each with its name in the document. */
  variables: ReadonlyMap<string, string>;
  /** The variable that takes the rest of the path, slashes included. */
  greedy: string | undefined;
}

const variable = /\{([^{}+]+)(\+?)\}/g;

/** The path without the names of its variables: OpenAPI takes paths that differ in these alone for the same. */
const shapeOf = (path: string): string => path.replace(variable, "{}");

/**
 * Makes what finds the place of each route: the first route of a shape names the variables of all that follow.
 *
 * @returns gives the document's path for a route's
 */
export function placer(): (path: string) => RoutePlace {
  const known = new Map<string, readonly string[]>();
  return function placeOf(path) {
    const found = [...path.matchAll(variable)];
    const own = found.map(([, name]) => name as string);
    const shape = shapeOf(path);
    const names = known.get(shape) ?? own;
    known.set(shape, names);
    let index = 0;
    return {
      path: path.replace(variable, () => `{${names[index++]}}`),
      variables: new Map(own.map((name, at) => [name, names[at] as string])),
      greedy: found.some(([, , plus]) => plus === "+") ? names.at(-1) : undefined,
    };
  };
}

const anyMethods: readonly Method[] = ["get", "post", "put", "patch", "delete"];
const writing: ReadonlySet<Method> = new Set(["post", "put", "patch"]);

/** The methods that a route is documented under; `ANY` stands for those that make sense and have no route of their own. */
export function methodsOf(
  { method, path }: DocumentedRoute,
  routes: readonly DocumentedRoute[],
  reads: boolean,
): Method[] {
  if (method !== "ANY") return [method.toLowerCase() as Method];
  const taken = new Set(
    routes.filter(other => shapeOf(other.path) === shapeOf(path)).map(other => other.method.toLowerCase()),
  );
  return anyMethods.filter(each => !taken.has(each) && (!reads || writing.has(each)));
}

/** The tag of a route: the first segment of its path that is fixed, behind the prefix. */
export function tagOf(path: string, prefix: string): string | undefined {
  const own = prefix !== "" && path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
  return own.split("/").find(segment => segment !== "" && !segment.startsWith("{"));
}
