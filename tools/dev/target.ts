/** What the first line of a request asks for. */
export interface Target {
  /** The path as sent, still encoded. */
  path: string;
  /** The path's segments as sent. */
  sent: readonly string[];
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
 * readTarget("/users/a%20b?x=1");
 * // { path: "/users/a%20b", sent: ["users", "a%20b"], segments: ["users", "a b"], query: "x=1" }
 */
export function readTarget(target: string): Target | undefined {
  const local = target.replace(/^https?:\/\/[^/?#]*/i, "").split("#", 1)[0] as string;
  const mark = local.indexOf("?");
  const path = (mark < 0 ? local : local.slice(0, mark)) || "/";
  if (!path.startsWith("/")) return undefined;
  try {
    const sent = path.slice(1).split("/");
    return {
      path,
      sent,
      segments: sent.map(decodeURIComponent),
      query: mark < 0 ? "" : local.slice(mark + 1),
    };
  } catch {
    return undefined;
  }
}

/**
 * The target without the stage that its path begins with, as on AWS's own domain.
 *
 * @returns the rest, and what was before it: `/prod`, or nothing where the path has no stage
 */
export function withoutStage(target: Target, stage: string | undefined): { target: Target; base: string } {
  if (stage === undefined || stage === "$default" || target.segments[0] !== stage)
    return { target, base: "" };
  const sent = target.sent.length > 1 ? target.sent.slice(1) : [""];
  const segments = target.segments.length > 1 ? target.segments.slice(1) : [""];
  return { target: { ...target, path: `/${sent.join("/")}`, sent, segments }, base: `/${target.sent[0]}` };
}
