import { bodyOf } from "../../../api/openapi/bodies.ts";
import { Components } from "../../../api/openapi/components.ts";
import { errorSchemas } from "../../../api/openapi/errorBodies.ts";
import { gather, type RouteMetadata } from "../../../api/openapi/gather.ts";
import type { AuthMetadata, OperationKind, ScopeMetadata } from "../../../src/core/operationMetadata.ts";
import type { Row } from "../../../src/core/types.ts";
import type { Model } from "../../../src/models/types.ts";
import { metadataOf } from "../../../src/pipeline/explain.ts";
import { declaredBy } from "../../../src/schema/declared.ts";
import type { AnyHandler } from "../requests/invoke.ts";
import type { TestApi } from "../requests/target.ts";

/** An object of any model. */
/** A model whose objects can be read and put back. */
export type StoredModel = Model<Row>;

/** What `api()` makes, as far as its routes are looked at. */
export interface AccessApi extends TestApi {
  readonly routes: readonly {
    readonly method: string;
    readonly path: string;
    readonly name: string;
    readonly handler: AnyHandler;
  }[];
}

/** A body that a route takes. */
export interface BodySample {
  readonly schema: Record<string, unknown>;
  /** The document in which references of the schema lead. */
  readonly root: Readonly<Record<string, unknown>>;
  readonly example: unknown;
}

/** One route under one method, with what its own chain says of who may do what. */
export interface AccessRoute {
  /** As API Gateway writes it: `GET /users/{id}`. */
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly known: RouteMetadata;
  readonly model: StoredModel | undefined;
  readonly verb: OperationKind["verb"] | undefined;
  readonly auth: AuthMetadata | undefined;
  readonly scopes: readonly ScopeMetadata[];
  readonly rules: readonly ((event: unknown, context: unknown) => unknown)[];
  /** What makes its responses; `undefined` where that is not known. */
  readonly serializer: unknown;
  /** The variable of the path that names the object, and the field that it is looked up by. */
  readonly own: { readonly name: string; readonly field: string } | undefined;
  /** What a client may set. */
  readonly settable: readonly string[];
  readonly takes: readonly string[];
  readonly body: BodySample | undefined;
  readonly isUpsert: boolean;
  /** Whether it loads an object of another model, which its rules may read. */
  readonly isNested: boolean;
}

/** Whether rules see an object of the route's own model. */
export const hasObject = ({ own, verb }: AccessRoute): boolean =>
  own !== undefined || verb === "deleteMany" || verb === "updateMany";

/** Whether nobody may call without signing in. */
export const isGuarded = ({ auth }: AccessRoute): boolean => auth !== undefined && !auth.optional;

/** Narrows to a model that can be looked at; documents need less of one. */
export function isStored(model: unknown): model is StoredModel {
  const { objects, create, update } = (model ?? {}) as Partial<StoredModel>;
  return typeof objects?.get === "function" && typeof create === "function" && typeof update === "function";
}

function settableOf({ body, kind: does }: RouteMetadata): string[] {
  if (body === undefined) return [];
  const listed = [...(body.required ?? []), ...(body.optional ?? [])];
  if (listed.length > 0) return listed;
  const names = body.schema === undefined ? undefined : declaredBy(body.schema)?.names;
  return [...(names ?? [])].filter(name => name !== does?.model.idKey || does.verb !== "update");
}

function sampleOf(known: RouteMetadata, name: string): BodySample | undefined {
  const components = new Components(errorSchemas());
  const content = bodyOf(known, name, components)?.content["application/json"];
  if (content === undefined) return undefined;
  const [documented] = Object.values(content.examples ?? {});
  return {
    schema: content.schema as BodySample["schema"],
    root: { components },
    example: documented?.value ?? content.example,
  };
}

const ofMethods: Readonly<Record<string, OperationKind["verb"]>> = {
  GET: "retrieve",
  POST: "update",
  PUT: "update",
  PATCH: "update",
  DELETE: "delete",
};

/** What a handler does: as it says, else as its method and what it loads say. */
function verbOf(
  { kind: does, narrows }: RouteMetadata,
  method: string,
  hasOwn: boolean,
): OperationKind["verb"] | undefined {
  if (does !== undefined) return does.verb;
  if (hasOwn) return ofMethods[method];
  return narrows !== undefined && method === "GET" ? "list" : undefined;
}

function routeOf({ path, name, handler }: AccessApi["routes"][number], method: string): AccessRoute {
  const metadata = metadataOf(handler);
  const known = gather(metadata, method);
  const scopes = metadata.flatMap(({ reaches }) => reaches ?? []);
  const model = known.kind?.model ?? scopes.at(-1)?.model ?? known.narrows?.model;
  const shown = known.responses.find(({ status, content }) => status < 300 && content !== undefined)?.content;
  const own = known.parameters.find(
    entry =>
      entry.in === "path" &&
      entry.source !== undefined &&
      "field" in entry.source &&
      entry.source.model === model &&
      !known.parents.some(({ param }) => param === entry.name),
  );
  return {
    key: `${method} ${path}`,
    method,
    path,
    known,
    model: isStored(model) ? model : undefined,
    verb: verbOf(known, method, own !== undefined && isStored(model)),
    auth: known.auth,
    scopes,
    rules: metadata.flatMap(({ rules = [] }) => rules as AccessRoute["rules"]),
    serializer: shown && "serializer" in shown ? shown.serializer : undefined,
    own: own && { name: own.name, field: (own.source as { field: string }).field },
    settable: settableOf(known),
    takes: known.body?.types ?? ["application/json"],
    body: method === "GET" || method === "DELETE" ? undefined : sampleOf(known, name),
    isNested: scopes.some(scope => scope.model !== model),
    isUpsert: known.responses.some(({ status, methods }) => status === 201 && methods?.includes("PUT")),
  };
}

/**
 * The routes of an API, with what the middlewares and generics of each know.
 *
 * @returns the routes, and the keys of those whose handler was made by others, of which nothing is known
 */
export function accessRoutes(api: AccessApi): { routes: AccessRoute[]; unknown: string[] } {
  const routes: AccessRoute[] = [];
  const unknown: string[] = [];
  for (const route of api.routes) {
    if (metadataOf(route.handler).length === 0)
      unknown.push(route.method === "" ? "$default" : `${route.method} ${route.path}`);
    if (route.method !== "") {
      const reads = metadataOf(route.handler).some(({ body }) => body !== undefined);
      const methods = route.method === "ANY" ? [reads ? "POST" : "GET"] : [route.method];
      routes.push(...methods.map(method => routeOf(route, method)));
    }
  }
  return { routes, unknown };
}
