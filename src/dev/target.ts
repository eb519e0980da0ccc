/** What the first line of a request asks for. */
export interface Target {
  /** The path as sent, still encoded. */
  path: string;
  /** The path's segments, each decoded. */
  segments: readonly string[];
  /** The query string as sent, without the question mark. */
  query: string;
}

/**
 * Takes a request target apart (RFC 9112 section 3.2): `/path?query`, or the absolute form that proxies send.
 *
 * @param target the target as sent
 * @returns its parts, `undefined` when it is malformed
 * @example
 * readTarget("/users/a%20b?x=1"); // { path: "/users/a%20b", segments: ["users", "a b"], query: "x=1" }
 */
export function readTarget(target: string): Target | undefined {
  const local = target.replace(/^https?:\/\/[^/?#]*/i, "").replace(/#.*$/, "");
  const mark = local.indexOf("?");
  const path = (mark < 0 ? local : local.slice(0, mark)) || "/";
  if (!path.startsWith("/")) return undefined;
  try {
    const segments = path.slice(1).split("/").map(decodeURIComponent);
    return { path, segments, query: mark < 0 ? "" : local.slice(mark + 1) };
  } catch {
    return undefined;
  }
}
