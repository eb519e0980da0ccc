/** One request, and what it got. */
export interface RequestLog {
  method: string;
  /** As sent, without the query. */
  path: string;
  /** As sent, with its `?`, but without credentials: `?page=2&token=(hidden)`. Empty when there is none. */
  query: string;
  /** `undefined` when the client went away before the response. */
  status: number | undefined;
  /** Milliseconds that it took. */
  ms: number;
  /** The route that took it: `GET /users/{id}`. `undefined` when there was none, or the source knows no routes. */
  routeKey: string | undefined;
  /** What the handler threw, or what is wrong with its response; also why the request could not be read. */
  error?: unknown;
}

const textOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? String(error)) : `It threw ${String(error)}`;

/** The lines of a request: the stack of what failed, and what it got. */
export function linesOf(entry: RequestLog): string[] {
  const line = `${entry.method} ${entry.path}${entry.query}`;
  const last = `${line} ${entry.status ?? "aborted"} ${Math.round(entry.ms)} ms`;
  return "error" in entry ? [`${line} failed: ${textOf(entry.error)}`, last] : [last];
}
