import { findRoute, routeTable } from "../../../api/routes/routes.ts";
import { mapValues } from "../../../src/core/objects.ts";
import { checkOptions, type OptionTable } from "../../../src/core/options.ts";
import { isPlainPath } from "../../../src/http/basePath.ts";
import { type Authorizer, checkAuthorizer } from "../../emulator/authorizer.ts";
import { withForwardedHeaders } from "../../emulator/forwardedHeaders.ts";
import { valuesOf } from "../../emulator/multimap.ts";
import { type GatewaySource, isGateway, isHttpApi } from "../../emulator/sources.ts";
import type { GatewayRequest, GatewayRoute } from "../../emulator/types.ts";

type Scalar = string | number | boolean;

/** A request as a test writes it down. */
export interface TestRequest {
  /** @default that of the route, else "GET", or "POST" when there is a body */
  method?: string;
  /** `/users/7`, and a query too: `/users?role=admin`. What may not stand in a path is encoded. @default that of the route */
  path?: string;
  /**
   * The route that takes it, `/users/{id}` or `GET /users/{id}`, from which the path parameters are known. REST and HTTP
   * APIs give it to the handler, the other sources know no routes.
   * @default `$default`
   */
  route?: string;
  /** Decoded. @default those that the route finds in the path */
  pathParameters?: Readonly<Record<string, string>>;
  /** Parameters of the query; of a list each is one, and `undefined` is none. */
  query?: Readonly<Record<string, Scalar | readonly Scalar[] | undefined>> | URLSearchParams;
  /** A list is a header that is sent more than once, and `undefined` is none. */
  headers?: Readonly<Record<string, Scalar | readonly string[] | undefined>>;
  cookies?: Readonly<Record<string, string>>;
  /**
   * Text, bytes and forms (`URLSearchParams`, `FormData`) as they are, all else as JSON; the content type is theirs unless
   * given.
   */
  body?: unknown;
  /** A named stage of a REST or an HTTP API, before the path as on AWS's own domain. @default none, as behind a custom domain */
  stage?: string;
  /**
   * What a custom domain has before the path: the key of an API mapping, `/shop`. It is in the event where the source says it:
   * not on HTTP APIs (payload format 2.0).
   * @default none
   */
  basePath?: string;
  /** Who calls, as an authorizer of AWS says it. @default nobody */
  authorizer?: Authorizer;
  /** The client's address. @default "192.0.2.1" */
  ip?: string;
}

const kinds: OptionTable<TestRequest> = {
  method: "string",
  path: "string",
  route: "string",
  pathParameters: "object",
  query: "object",
  headers: "object",
  cookies: "object",
  body: "any",
  stage: "string",
  basePath: "string",
  authorizer: "object",
  ip: "string",
};

const notInPath = /[^\w.~!$&'()*+,;=:@/%-]/gu;

function pathAndQuery(path: string): [path: string, query: string] {
  const mark = path.indexOf("?");
  const [sent, query] = mark < 0 ? [path, ""] : [path.slice(0, mark), path.slice(mark + 1)];
  return [sent.replace(notInPath, encodeURIComponent), query];
}

function queryOf(query: TestRequest["query"] = {}): string {
  if (query instanceof URLSearchParams) return query.toString();
  const parameters = new URLSearchParams();
  for (const [name, given] of Object.entries(query)) {
    for (const value of [given].flat()) if (value !== undefined) parameters.append(name, String(value));
  }
  return parameters.toString();
}

/** The body's bytes, and the type that it has unless the headers name another. */
function contentOf(body: unknown): [bytes: Uint8Array, type: string | undefined] {
  if (body === undefined) return [Buffer.alloc(0), undefined];
  if (body instanceof Uint8Array) return [body, undefined];
  if (typeof body === "string") return [Buffer.from(body), "text/plain;charset=UTF-8"];
  if (body instanceof URLSearchParams) {
    return [Buffer.from(body.toString()), "application/x-www-form-urlencoded;charset=UTF-8"];
  }
  return [Buffer.from(JSON.stringify(body)), "application/json"];
}

/** A request whose form is bytes already, which takes a moment: files are read. */
export async function withForm(request: TestRequest): Promise<TestRequest> {
  if (!(request.body instanceof FormData)) return request;
  const form = new Response(request.body);
  const type = form.headers.get("content-type") as string;
  const isTyped = Object.keys(request.headers ?? {}).some(name => name.toLowerCase() === "content-type");
  return {
    ...request,
    ...(!isTyped && { headers: { ...request.headers, "Content-Type": type } }),
    body: new Uint8Array(await form.arrayBuffer()),
  };
}

function* headersOf(
  request: TestRequest,
  size: number,
  type: string | undefined,
  host: string,
): Generator<[string, string]> {
  const given = Object.entries(request.headers ?? {}).flatMap(([name, values]) =>
    [values]
      .flat()
      .flatMap((value): [string, string][] => (value === undefined ? [] : [[name, String(value)]])),
  );
  const lacks = (name: string): boolean => valuesOf(given, name).length === 0;
  if (lacks("host")) yield ["Host", host];
  yield* given;
  if (type !== undefined && lacks("content-type")) yield ["Content-Type", type];
  if (size > 0 && lacks("content-length")) yield ["Content-Length", String(size)];
  const cookies = Object.entries(request.cookies ?? {}).map(([name, value]) => `${name}=${value}`);
  if (cookies.length > 0) yield ["Cookie", cookies.join("; ")];
}

const variableForm = /\{([^{}+]+)\+?\}/g;

/** The path of a route with its variables filled in; those of a greedy one keep their slashes. */
function fill(route: string, parameters: Readonly<Record<string, string>>): string {
  return route.replace(variableForm, (variable, name: string) => {
    const value = parameters[name];
    if (value === undefined) return variable;
    return variable.endsWith("+}")
      ? value.split("/").map(encodeURIComponent).join("/")
      : encodeURIComponent(value);
  });
}

function decoded(factory: string, segments: readonly string[]): string[] {
  try {
    return segments.map(decodeURIComponent);
  } catch (cause) {
    throw new TypeError(`${factory}: the path is malformed; API Gateway would not invoke the function`, {
      cause,
    });
  }
}

/** What the route finds in a path, as it was sent. */
function parametersOf(factory: string, route: string, path: string): Record<string, string> {
  const sent = path.slice(1).split("/");
  const table = routeTable(factory, [[`ANY ${route}`, (): void => undefined]]);
  const found = findRoute(table, decoded(factory, sent), onPath => onPath.get("ANY"), sent);
  if (found === undefined)
    throw new TypeError(`${factory}: the path "${path}" does not fit the route "${route}"`);
  return found.parameters;
}

/** The method and the path of a route: `GET /users/{id}`; either may be missing. */
const routeParts = (route = ""): [method: string | undefined, pattern: string | undefined] => {
  const [, method, pattern] = /^(?:([A-Z]+) )?(.*)$/s.exec(route) ?? [];
  return [method, pattern || undefined];
};

function methodOf({ method, route }: TestRequest, hasBody: boolean): string {
  const [inRoute] = routeParts(route);
  if (method !== undefined) return method;
  if (inRoute !== undefined && inRoute !== "ANY") return inRoute;
  return hasBody ? "POST" : "GET";
}

function keyAndParameters(
  factory: string,
  { route, pathParameters }: TestRequest,
  method: string,
  path: string,
): Pick<GatewayRoute, "key" | "parameters"> {
  const [inRoute, pattern = pathParameters && path] = routeParts(route);
  if (pattern === undefined || pattern === "$default") return { key: "$default" };
  return {
    key: `${inRoute ?? method} ${pattern}`,
    parameters: pathParameters
      ? mapValues(pathParameters, encodeURIComponent)
      : parametersOf(factory, pattern, path),
  };
}

const ownDomain = "local.execute-api.us-east-1.amazonaws.com";

/** A request of a test, ready for {@link eventOf}. */
export interface Prepared {
  request: GatewayRequest;
  route: GatewayRoute;
}

/**
 * Makes of a test's request what reaches AWS.
 *
 * @param factory who asks, for the messages
 * @param source the source that is to have it
 * @param request the test's request
 * @throws TypeError when something of the request is wrong, or the source has no such thing
 */
export function prepare(factory: string, source: GatewaySource, request: TestRequest): Prepared {
  checkOptions(factory, request, kinds);
  const { stage, basePath = "", authorizer, pathParameters, ip = "192.0.2.1" } = request;
  if (authorizer !== undefined) checkAuthorizer(factory, source, authorizer);
  const [, pattern = "$default"] = routeParts(request.route);
  const inRoute = pattern === "$default" ? "/" : fill(pattern, pathParameters ?? {});
  const [path, query] = pathAndQuery(request.path ?? inRoute);
  if (!path.startsWith("/")) throw new TypeError(`${factory}: path must begin with a slash`);
  if (isHttpApi(source)) decoded(factory, [path]);
  if (basePath !== "" && !isPlainPath(basePath)) {
    throw new TypeError(`${factory}: basePath must be a path like "/shop"`);
  }
  const [body, type] = contentOf(request.body);
  const isStaged = stage !== undefined && stage !== "$default" && isGateway(source);
  // On a custom domain it is the mapping that knows the stage; payload format 2.0 says it nonetheless.
  const isOwn = isStaged && basePath === "";
  const method = methodOf(request, body.length > 0);
  const sent: GatewayRequest = {
    method,
    path,
    query: [query, queryOf(request.query)].filter(part => part !== "").join("&"),
    headers: [...headersOf(request, body.length, type, isOwn ? ownDomain : "api.example.com")],
    body,
    client: { ip, protocol: "HTTP/1.1" },
  };
  return {
    request: withForwardedHeaders(source, sent, { scheme: "https", port: 443 }),
    route: {
      ...keyAndParameters(factory, request, method, path),
      ...(isStaged && { stage }),
      ...(isStaged && (isOwn || source === "http") && { base: `/${stage}` }),
      ...(basePath !== "" && { mapping: basePath }),
      authorizer,
    },
  };
}
