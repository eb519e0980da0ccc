/** The methods of route keys. */
export type RouteMethod = "ANY" | "DELETE" | "GET" | "HEAD" | "OPTIONS" | "PATCH" | "POST" | "PUT";

const methods: readonly string[] = ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/** A route key, taken apart. */
export interface RouteKey {
  method: string;
  /** `users`, `{id}`, `{path+}`; of the root one that is empty. */
  segments: readonly string[];
}

/** Signs of a variable as other routers write it, and of what no path of a route holds. */
const foreign = /^[:*[<]|[{}?#\s]/;
const variable = /^\{[\w.:-]+\+?\}$/;

function isSegment(segment: string, isLast: boolean): boolean {
  if (segment.startsWith("{")) return variable.test(segment) && (isLast || !segment.endsWith("+}"));
  return segment !== "" && segment !== "." && segment !== ".." && !foreign.test(segment);
}

const isPath = (segments: readonly string[]): boolean =>
  segments.every((segment, index) => isSegment(segment, index === segments.length - 1));

/**
 * Takes a route key of API Gateway apart.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 *
 * @param key `GET /users/{id}`
 * @returns its parts, `undefined` when it is not a route key
 */
export function parseRouteKey(key: string): RouteKey | undefined {
  const space = key.indexOf(" ");
  const method = key.slice(0, space);
  const path = key.slice(space + 1);
  if (space < 0 || !methods.includes(method) || !path.startsWith("/")) return undefined;
  const segments = path.slice(1).split("/");
  return path === "/" || isPath(segments) ? { method, segments } : undefined;
}

/** `{id}` for `:id`, `[id]` and `{id`, `{path+}` for `*`. */
function rightSegment(segment: string, isLast: boolean): string {
  if (!foreign.test(segment)) return segment;
  const isGreedy = /[*+]|\.\.\./.test(segment) && isLast;
  const [name] = /[A-Za-z_][\w-]*/.exec(segment) ?? [isGreedy ? "path" : "id"];
  return isGreedy ? `{${name}+}` : `{${name}}`;
}

/** The path that was probably meant, without a slash before it. */
function rightPath(path: string): string {
  const mark = path.indexOf("?");
  // A question mark at the end is of an optional variable: `:id?`.
  const text = mark >= 0 && path.includes("=", mark) ? path.slice(0, mark) : path;
  const segments = text.split("/").filter(segment => !["", ".", ".."].includes(segment));
  return segments.map((segment, index) => rightSegment(segment, index === segments.length - 1)).join("/");
}

const lettersOf = (text: string): string => [...text].sort().join("");

function rightMethod(method: string): string | undefined {
  const upper = method.toUpperCase();
  if (upper === "ALL" || upper === "*") return "ANY";
  return (
    methods.find(known => known === upper) ??
    methods.find(known => lettersOf(known) === lettersOf(upper)) ??
    methods.find(known => upper.length > 1 && (known.startsWith(upper) || upper.startsWith(known)))
  );
}

/** What to write instead of a key that is none. */
function advice(key: string): string {
  const general = '"GET /users/{id}", "ANY /x" or "$default"';
  const words = key.trim().split(/\s+/);
  const [first = "", second] = words;
  if (words.length > 2) return general;
  const isPathAlone = second === undefined && first.startsWith("/");
  const method = isPathAlone ? "GET" : rightMethod(first);
  if (second === undefined && !isPathAlone && method === undefined) return general;
  const right = `${method ?? "GET"} /${rightPath(second ?? (isPathAlone ? first : ""))}`;
  if (parseRouteKey(right) === undefined) return general;
  return method === undefined ? `"${right}", or with one of ${methods.join(", ")}` : `"${right}"`;
}

/**
 * Takes a route key apart.
 *
 * @param factory who asks, for the message
 * @throws TypeError naming the right form: `write "GET /users/{id}"` for `GET /users/:id`
 */
export function checkRouteKey(factory: string, key: string): RouteKey {
  const parsed = parseRouteKey(key);
  if (parsed !== undefined) return parsed;
  throw new TypeError(`${factory}: "${key}" is not a route key; write ${advice(key)}`);
}

/**
 * Checks the path that a resource stands under.
 *
 * @param path `users`, `orgs/{org}/posts`
 * @throws TypeError naming the right form
 */
export function checkResourcePath(factory: string, path: string): void {
  const segments = path.split("/");
  if (isPath(segments) && !segments.at(-1)?.endsWith("+}")) return;
  const right = rightPath(path).replace("+}", "}");
  throw new TypeError(
    `${factory}: "${path}" is not a path of a resource; write "${right === "" ? "users" : right}"`,
  );
}
