import { freeName } from "../../src/core/freeName.ts";
import type { Operation, OperationMetadata } from "../../src/core/operationMetadata.ts";
import { checkArgument, checkOptions, type OptionTable } from "../../src/core/options.ts";
import { metadataOf } from "../../src/pipeline/explain.ts";
import { Components } from "./components.ts";
import { errorSchemas } from "./errorBodies.ts";
import { type ApiGatewayDocument, type ApiGatewayOptions, gatewayDocument } from "./gateway.ts";
import { gather } from "./gather.ts";
import { pascal } from "./naming.ts";
import { operationOf, type Shared } from "./operation.ts";
import { type DocumentedRoute, methodsOf, placer, tagOf } from "./paths.ts";
import { ResponseDocuments } from "./responses.ts";
import { Security, withLogin } from "./security.ts";
import type { ComponentsObject, InfoObject, Json, Method, OpenApiDocument, OpenApiOptions } from "./types.ts";

const optionKinds: OptionTable<OpenApiOptions> = {
  title: "string",
  version: "string",
  summary: "string",
  description: "string",
  termsOfService: "string",
  contact: "object",
  license: "object",
  servers: "array",
  tags: "array",
  securitySchemes: "object",
  login: ["string", "false"],
};

/** What the routes of an API have in common. */
export interface DocumentedApi {
  readonly routes: readonly DocumentedRoute[];
  /** Begins the path of every route. */
  readonly prefix?: string;
  /** Where the API is. */
  readonly basePath?: string;
}

/** The operations that a route is documented by, before they have their names. */
interface Entry {
  route: DocumentedRoute;
  metadata: readonly OperationMetadata[];
  operation: Operation;
  methods: Method[];
}

function infoOf(options: OpenApiOptions): InfoObject {
  const { servers, tags, securitySchemes, login, ...info } = options;
  return { title: "API", version: "1.0.0", ...info };
}

/** What a route does under one method: `getThings` of `anyThings`. */
/** The name of what is done under one method; an own name of a handler of all methods has the method behind it. */
function nameOf({ method, name }: DocumentedRoute, of: Method): string {
  if (method !== "ANY") return name;
  return /^any(?!\p{Ll})/u.test(name) ? name.replace("any", of) : `${name}${pascal(of)}`;
}

/** The name of an operation, of which a document has one; where a handler serves `PUT` and `PATCH`, the latter keeps it. */
function idOf(
  { route, operation }: Entry,
  method: Method,
  entries: readonly Entry[],
  taken: Set<string>,
): string {
  const name = operation.operationId ?? nameOf(route, method);
  const isShared =
    method === "put" && entries.some(other => other.route !== route && other.route.name === route.name);
  const id = freeName(isShared ? `${name}Put` : name, wanted => !taken.has(wanted));
  taken.add(id);
  return id;
}

/** The names of the components of a kind that something refers to. */
function referred(value: unknown, kind: string): Set<string> {
  const found = JSON.stringify(value).matchAll(/"\$ref":"#\/components\/([^"/]+)\/([^"]+)"/g);
  return new Set([...found].flatMap(([, of, name]) => (of === kind ? [name as string] : [])));
}

/** The operation that gives tokens, as the document has it. */
function loginOf(
  login: OpenApiOptions["login"],
  paths: OpenApiDocument["paths"],
  prefix: string,
): string | undefined {
  if (login === false) return undefined;
  const [method = "", path = ""] = (login ?? "POST /login").split(" ");
  const isThere = Object.hasOwn(paths[`${prefix}${path}`] ?? {}, method.toLowerCase());
  if (isThere) return `${method} ${prefix}${path}`;
  if (login === undefined) return undefined;
  throw new TypeError(`openapi: option "login" must be the key of a documented route, such as "POST /login"`);
}

/** The components that are used, by what is used too, in the order of their names. */
function used<Item>(
  all: Readonly<Record<string, Item>>,
  kind: string,
  from: unknown,
): Record<string, Item> | undefined {
  const found = referred(from, kind);
  for (const name of found) for (const more of referred(all[name], kind)) found.add(more);
  const names = Object.keys(all).filter(name => found.has(name));
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.sort().map(name => [name, all[name] as Item]));
}

/**
 * Makes the OpenAPI 3.1 document of an API from its routes: what their middlewares and generics know, and what
 * `operation` says. The same routes make the same document.
 *
 * @param api the routes, or what `api` returned
 * @param options what the document says besides: title, version, servers, tags; with `apiGateway` it is the definition that
 * API Gateway imports instead
 * @returns plain JSON
 * @throws TypeError when an option is wrong
 * @see https://spec.openapis.org/oas/v3.1.1.html
 * @example
 * const document = openapi(blog, { title: "Blog", version: "1.2.0" });
 */
export function openapi(
  api: DocumentedApi | readonly DocumentedRoute[],
  options: OpenApiOptions & { apiGateway: ApiGatewayOptions },
): ApiGatewayDocument;
export function openapi(
  api: DocumentedApi | readonly DocumentedRoute[],
  options?: OpenApiOptions & { apiGateway?: undefined },
): OpenApiDocument;
export function openapi(
  api: DocumentedApi | readonly DocumentedRoute[],
  options: OpenApiOptions & { apiGateway?: ApiGatewayOptions } = {},
): OpenApiDocument | ApiGatewayDocument {
  const { apiGateway, ...said } = options;
  const described = Array.isArray(api) ? { routes: api } : (api as DocumentedApi);
  checkArgument("openapi", "routes", described?.routes ?? null, "array");
  checkOptions("openapi", said, optionKinds);
  const made =
    apiGateway === undefined
      ? documentOf(described, said)
      : gatewayDocument(described.routes, apiGateway, said, infoOf(said));
  // Plain JSON, no part of which is shared with anything.
  return JSON.parse(JSON.stringify(made)) as typeof made;
}

function documentOf(
  { routes, prefix = "", basePath = "" }: DocumentedApi,
  options: OpenApiOptions,
): OpenApiDocument {
  const shared: Shared = {
    components: new Components(errorSchemas()),
    documents: new ResponseDocuments(),
    security: new Security(),
  };
  const entries = routes
    .filter(({ method }) => method !== "")
    .map((route): Entry => {
      const metadata = metadataOf(route.handler);
      const reads = metadata.some(({ body }) => body !== undefined);
      const { operation } = gather(metadata, route.method);
      return { route, metadata, operation, methods: methodsOf(route, routes, reads) };
    })
    .filter(({ operation }) => !operation.hidden);
  const placeOf = placer();
  const taken = new Set<string>();
  const paths: OpenApiDocument["paths"] = {};
  for (const entry of entries) {
    const { route, metadata, methods } = entry;
    const place = placeOf(route.path);
    paths[place.path] ??= {};
    const item = paths[place.path] as OpenApiDocument["paths"][string];
    for (const method of methods) {
      // A greedy variable and a plain one make the same path here: the first comes first.
      if (item[method] !== undefined) continue;
      const operationId = idOf(entry, method, entries, taken);
      const named = { operationId, name: nameOf(route, method), tag: tagOf(route.path, prefix) };
      item[method] = operationOf(gather(metadata, method.toUpperCase()), place, method, named, shared);
    }
  }
  const responses = used(shared.documents.responses, "responses", paths);
  const schemas = used(shared.components.schemas, "schemas", [paths, responses]);
  const all: Record<string, Json> = { ...shared.security.schemes, ...options.securitySchemes };
  const schemes = withLogin(all, loginOf(options.login, paths, prefix));
  const components: ComponentsObject = {
    ...(schemas && { schemas }),
    ...(responses && { responses }),
    ...(Object.keys(schemes).length > 0 && { securitySchemes: schemes }),
  };
  return {
    openapi: "3.1.1",
    info: infoOf(options),
    servers: [...(options.servers ?? [{ url: basePath === "" ? "/" : basePath }])],
    ...(options.tags && { tags: [...options.tags] }),
    paths,
    components,
  };
}
