import { api } from "../../../api/api.ts";
import type { ResourcePathProblem, RouteKeyProblem } from "../../../api/routes/routeKeyTypes.ts";

const handler = async (): Promise<number> => 1;
type Equals<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
const holds = <Claim extends true>(claim?: Claim): Claim | undefined => claim;

export function routeKeysCompile(record: Record<string, () => Promise<number>>): void {
  api({ "GET /": handler, "ANY /x": handler, "POST /users/{id}": handler, "GET /files/{path+}": handler });
  api({ $default: handler, "POST /users/{id}/mail:send": handler, "GET /.well-known/x": handler });
  api({ users: { list: handler }, "orgs/{org}/posts": { list: handler } });
  api(record);
}

export function othersDoNot(): void {
  // @ts-expect-error a variable of Express
  api({ "GET /x/:id": handler });
  // @ts-expect-error no method
  api({ "GTE /x": handler });
  // @ts-expect-error a method in lower case
  api({ "get /x": handler });
  // @ts-expect-error no slash
  api({ "GET x": handler });
  // @ts-expect-error a slash at the end
  api({ "GET /x/": handler });
  // @ts-expect-error half of a variable
  api({ "GET /x/{id": handler });
  // @ts-expect-error a variable without a name
  api({ "GET /x/{}": handler });
  // @ts-expect-error a greedy variable before the end
  api({ "GET /x/{path+}/y": handler });
  // @ts-expect-error a variable and more in one segment
  api({ "GET /x/a{id}": handler });
  // @ts-expect-error a query
  api({ "GET /x?y": handler });
  // @ts-expect-error a step
  api({ "GET /a/../b": handler });
  // @ts-expect-error a wildcard
  api({ "GET /x/*": handler });
  // @ts-expect-error no route
  api({ login: handler });
  // @ts-expect-error one of several
  api({ "GET /x": handler, "GET /y/:id": handler });
  // @ts-expect-error a slash before a resource
  api({ "/users": { list: handler } });
  // @ts-expect-error a resource under a variable of Express
  api({ "orgs/:org/posts": { list: handler } });
}

export function theRightFormIsNamed(): void {
  holds<Equals<RouteKeyProblem<"GET /x/{id}">, never>>();
  holds<Equals<RouteKeyProblem<"GET /x/:id">, 'This is not a route key. Write "GET /x/{id}"'>>();
  holds<Equals<RouteKeyProblem<"GTE /x/:id">, 'This is not a method of a route key. Write "GET /x/{id}"'>>();
  holds<Equals<RouteKeyProblem<"post /x">, 'This is not a method of a route key. Write "POST /x"'>>();
  holds<Equals<ResourcePathProblem<"orgs/:org">, 'This is not a path of a resource. Write "orgs/{org}"'>>();
}
