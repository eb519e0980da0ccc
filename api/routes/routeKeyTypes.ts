import type { RouteMethod } from "./routeKey.ts";

/** `{id}` for `:id`, `{path+}` for `*`. */
type RightSegment<Segment extends string> = Segment extends `:${infer Name}`
  ? `{${Name}}`
  : Segment extends `[${infer Name}]` | `<${infer Name}>`
    ? `{${Name}}`
    : Segment extends "*" | "**"
      ? "{path+}"
      : Segment;

type RightPath<Path extends string> = Path extends `${infer Head}/${infer Tail}`
  ? `${RightSegment<Head>}/${RightPath<Tail>}`
  : RightSegment<Path>;

type IsName<Name extends string> = Name extends
  | ""
  | `${string}${" " | "{" | "}" | "+" | "*" | "?" | "/"}${string}`
  ? false
  : true;

type IsVariable<Name extends string, IsLast> = Name extends `${infer Greedy}+`
  ? IsLast extends true
    ? IsName<Greedy>
    : false
  : IsName<Name>;

type IsSegment<Segment extends string, IsLast> = Segment extends `{${infer Name}}`
  ? IsVariable<Name, IsLast>
  : Segment extends
        | ""
        | "."
        | ".."
        | `${":" | "*" | "[" | "<"}${string}`
        | `${string}${" " | "{" | "}" | "?" | "#"}${string}`
    ? false
    : true;

/** Whether the segments behind the first slash are those of a route. */
type IsPath<Path extends string> = Path extends `${infer Head}/${infer Tail}`
  ? IsSegment<Head, false> extends true
    ? IsPath<Tail>
    : false
  : IsSegment<Path, true>;

type RightMethod<Method extends string> = Uppercase<Method> extends RouteMethod ? Uppercase<Method> : "GET";

/** What is wrong with the key of a single handler, as text for the compiler to show; `never` for a route key. */
export type RouteKeyProblem<Key extends string> = Key extends "$default"
  ? never
  : Key extends `${infer Method} ${infer Path}`
    ? Path extends `/${infer Rest}`
      ? Method extends RouteMethod
        ? Rest extends ""
          ? never
          : IsPath<Rest> extends true
            ? never
            : `This is not a route key. Write "${Method} /${RightPath<Rest>}"`
        : `This is not a method of a route key. Write "${RightMethod<Method>} /${RightPath<Rest>}"`
      : `This is not a route key. Write "${RightMethod<Method>} /${RightPath<Path>}"`
    : `This is not a route key. Write "GET /users/{id}", "ANY /x" or "$default"`;

/** The same of the path of a resource: `users`, `orgs/{org}/posts`. */
export type ResourcePathProblem<Path extends string> = Path extends `/${infer Rest}`
  ? `This is not a path of a resource. Write "${RightPath<Rest>}"`
  : IsPath<Path> extends true
    ? Path extends `${string}+}`
      ? `This is not a path of a resource. A greedy variable takes all that follows`
      : never
    : `This is not a path of a resource. Write "${RightPath<Path>}"`;
