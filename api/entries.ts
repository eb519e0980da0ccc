import type { ResourceVerb } from "../generics/parts/verbs.ts";
import type { ContractOf, PathVariables } from "../src/core/endpoint.ts";
import { isKind } from "../src/core/options.ts";
import { objectParameterOf, pathParametersReadBy } from "../src/pipeline/pathParameters.ts";
import { type AnyNames, nameOfHandler, nameOfVerb } from "./names.ts";
import { checkResourcePath, checkRouteKey } from "./routes/routeKey.ts";
import type { ResourcePathProblem, RouteKeyProblem } from "./routes/routeKeyTypes.ts";
import type { Camel, RouteName } from "./routes/routeName.ts";

/** Anything that Lambda could invoke. */
export type AnyHandler = (event: never, context: never) => unknown;

/** The handlers of a resource, or some of them. */
export type AnyResource = { readonly [V in ResourceVerb]?: AnyHandler };

/** What an API is made of: resources by their path, single handlers by their route key. */
export type ApiEntries = Readonly<Record<string, AnyHandler | AnyResource>>;

type ParamProblem<Name> = Name extends string
  ? `The handler reads the path parameter "${Name}", which this path does not have`
  : never;

/** What a handler reads of the path, and the path of its route does not have. */
type LackingParams<Path extends string, Handler> =
  ContractOf<Handler> extends { params: infer Params }
    ? ParamProblem<Exclude<keyof Params, PathVariables<Path>>>
    : never;

/** Of a resource that is below its path the names are known when it is made: its last one is of the object. */
type ResourceProblem<Path extends string, Entry> =
  | ResourcePathProblem<Path>
  | (Entry extends { create: infer Handler } ? LackingParams<Path, Handler> : never)
  | (Entry extends { list: infer Handler } ? LackingParams<Path, Handler> : never);

type ProblemOf<Key extends string, Entry> = string extends Key
  ? never
  : Entry extends AnyHandler
    ? RouteKeyProblem<Key> | LackingParams<Key, Entry>
    : ResourceProblem<Key, Entry>;

/** Asks for what can't be given under each key that is none, so that the compiler shows the right form. */
export type CheckedKeys<Entries> = {
  readonly [Key in keyof Entries & string as [ProblemOf<Key, Entries[Key]>] extends [never]
    ? never
    : Key]: ProblemOf<Key, Entries[Key]>;
};

/**
 * Names of their own for the handlers of an API, by the keys of its entries: that of a single handler, what the names of a
 * resource begin with (`member` for `memberCreate`), or one for each verb.
 */
export type ApiNames<Entries> = {
  readonly [Key in keyof Entries]?: Entries[Key] extends AnyHandler
    ? string
    : string | { readonly [V in keyof Entries[Key] & ResourceVerb]?: string };
};

/** Whether names are those of an entry: a text, or one for each verb that it has. */
type AreNamesOf<Names, Entry> = Names extends string | undefined
  ? true
  : [Exclude<keyof Names, keyof Entry>] extends [never]
    ? true
    : false;

/** Asks for what can't be given under each key that is not an entry, or has a verb that its resource does not have. */
export type CheckedNames<Entries, Names> = {
  readonly [Key in keyof Names as Key extends keyof Entries
    ? AreNamesOf<Names[Key], Entries[Key]> extends true
      ? never
      : Key
    : Key]: never;
};

/** The own name under a key, or that of a verb; `undefined` where there is none. */
type Own<Names, Key> = Key extends keyof Names ? Names[Key] : undefined;

type NameOfVerb<Key extends string, V extends ResourceVerb, OwnName> = OwnName extends string
  ? `${OwnName}${Capitalize<V>}`
  : Own<OwnName, V> extends infer Name extends string
    ? Name
    : `${Camel<Key>}${Capitalize<V>}`;

type NamesOf<Key extends string, Entry, OwnName> = Entry extends AnyHandler
  ? { [N in OwnName extends string ? OwnName : RouteName<Key>]: Entry }
  : { [V in keyof Entry & ResourceVerb as NameOfVerb<Key, V, OwnName>]: Entry[V] };

type All<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer Each) => void
  ? { [K in keyof Each]: Each[K] }
  : never;

/** The handlers of an API by name: `usersCreate`, `postLogin`, or the one of their own. */
export type ApiHandlers<Entries, Names = object> = All<
  { [Key in keyof Entries & string]: NamesOf<Key, Entries[Key], Own<Names, Key>> }[keyof Entries & string]
>;

/** A handler as a server invokes it. */
export type RouteHandler = (event?: unknown, context?: object) => Promise<unknown>;

/** One route of an API. */
export interface ApiRoute {
  /** `GET`, or `ANY`; `$default` has none. */
  method: string;
  /** `/users/{id}`, the prefix included; `$default` has none. */
  path: string;
  /** The name of its handler: `usersRetrieve`. */
  name: string;
  handler: RouteHandler;
}

type Place = "collection" | "object" | "bulk" | "restore";

const verbs: Record<ResourceVerb, [methods: readonly string[], place: Place]> = {
  create: [["POST"], "collection"],
  list: [["GET"], "collection"],
  bulkCreate: [["POST"], "bulk"],
  bulkUpdate: [["PATCH"], "bulk"],
  bulkDelete: [["DELETE"], "bulk"],
  retrieve: [["GET"], "object"],
  update: [["PUT", "PATCH"], "object"],
  delete: [["DELETE"], "object"],
  restore: [["POST"], "restore"],
};

/** As messages list them: what each resource has comes first. */
const verbNames = (): string =>
  Object.entries(verbs)
    .sort(([, [, one]], [, [, other]]) => Number(one === "bulk") - Number(other === "bulk"))
    .map(([verb]) => verb)
    .join(", ");

const objectOf = (handler: RouteHandler): string => `/{${objectParameterOf(handler) ?? "id"}}`;

/** Behind the path of the collection. */
const endOf: Readonly<Record<Place, (handler: RouteHandler) => string>> = {
  collection: () => "",
  bulk: () => "/bulk",
  object: objectOf,
  restore: handler => `${objectOf(handler)}/restore`,
};

function routesOfResource(key: string, entry: object, prefix: string, names: AnyNames): ApiRoute[] {
  checkResourcePath("api", key);
  const given = Object.entries(entry).filter(([, handler]) => handler !== undefined);
  const wrong = given.find(([verb, handler]) => !Object.hasOwn(verbs, verb) || typeof handler !== "function");
  if (wrong !== undefined || given.length === 0) {
    const place = wrong === undefined ? `"${key}"` : `"${wrong[0]}" of "${key}"`;
    throw new TypeError(`api: ${place} must be a handler; a resource has ${verbNames()}`);
  }
  return Object.entries(verbs).flatMap(([verb, [methods, place]]) => {
    const handler = (entry as Record<string, RouteHandler | undefined>)[verb];
    if (handler === undefined) return [];
    const path = `${prefix}/${key}${endOf[place](handler)}`;
    const name = nameOfVerb(names, key, verb);
    return methods.map(method => ({ method, path, name, handler }));
  });
}

function routeOfKey(key: string, handler: RouteHandler, prefix: string, names: AnyNames): ApiRoute {
  const { method = "", segments = undefined } = key === "$default" ? {} : checkRouteKey("api", key);
  const path = segments === undefined ? "" : `/${segments.join("/")}`;
  const full = path === "/" && prefix !== "" ? prefix : `${path === "" ? "" : prefix}${path}`;
  return { method, path: full, name: nameOfHandler(names, key), handler };
}

/** The route key, as API Gateway writes it. */
export const keyOfRoute = ({ method, path }: ApiRoute): string =>
  method === "" ? "$default" : `${method} ${path}`;

/** @throws TypeError when the handler reads what the path does not have: no request could be served */
function checkParameters(route: ApiRoute): void {
  for (const name of pathParametersReadBy(route.handler)) {
    if (route.path.includes(`{${name}}`) || route.path.includes(`{${name}+}`)) continue;
    throw new TypeError(
      `api: the handler of "${keyOfRoute(route)}" reads the path parameter "${name}", which this path does not have`,
    );
  }
}

/**
 * The routes of all entries, in their order.
 *
 * @throws TypeError when an entry is not a handler and no resource, a key has no route, or a path lacks what its handler reads
 */
export function routesOf(
  entries: Readonly<Record<string, unknown>>,
  prefix: string,
  names: AnyNames = {},
): ApiRoute[] {
  const routes = Object.entries(entries).flatMap(([key, entry]) => {
    if (typeof entry === "function") return [routeOfKey(key, entry as RouteHandler, prefix, names)];
    if (isKind(entry, "object") && !/[\s$]/.test(key)) {
      return routesOfResource(key, entry as object, prefix, names);
    }
    throw new TypeError(`api: "${key}" must be a handler or a resource`);
  });
  routes.forEach(checkParameters);
  return routes;
}

/**
 * Refuses routes of which two handlers have the same name.
 *
 * @throws TypeError naming both routes
 */
export function checkDistinct(routes: readonly ApiRoute[]): void {
  const named = new Map<string, ApiRoute>();
  for (const route of routes) {
    const other = named.get(route.name);
    // PUT and PATCH share a handler, and so a name; a route that is there twice has an error of its own.
    const isOther = other?.handler !== route.handler || other.path !== route.path;
    if (other !== undefined && isOther && keyOfRoute(other) !== keyOfRoute(route)) {
      throw new TypeError(
        `api: "${keyOfRoute(route)}" and "${keyOfRoute(other)}" have the same name, ${route.name}; option "names" gives them others`,
      );
    }
    named.set(route.name, route);
  }
}

/**
 * Where an API keeps what only test kits use: `(change) => api` builds the same API with other handlers. It is not part of
 * what is promised to users.
 */
export const rebuildApi: unique symbol = Symbol.for("tsverless.rebuildApi");

/** Something that can be rebuilt with other handlers. */
export interface Rebuildable<Made> {
  readonly [rebuildApi]: (change: (handler: RouteHandler) => RouteHandler) => Made;
}
