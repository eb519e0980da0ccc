import { metadataOf } from "../../src/pipeline/explain.ts";
import type { OnPath } from "./routes.ts";

/** The media types of the bodies that a handler reads from `PATCH`, as its chain knows them; none of a chain that is not ours. */
function patchTypesOf(handler: object): readonly string[] {
  const metadata = metadataOf(handler).filter(({ methods }) => methods?.includes("PATCH") !== false);
  const bodies = metadata.flatMap(({ body }) => body ?? []);
  if (bodies.length === 0) return [];
  return bodies.findLast(({ types }) => types !== undefined)?.types ?? ["application/json"];
}

/**
 * What a path takes for a `PATCH`, as `Accept-Patch` lists it (RFC 5789 section 3.1).
 *
 * @param maps the routes of the path
 * @returns `undefined` when it takes none, or nothing is known of it
 */
export function acceptPatchOf<Handler extends object>(maps: readonly OnPath<Handler>[]): string | undefined {
  const routes = maps.flatMap(onPath => onPath.get("PATCH") ?? []);
  const types = new Set(routes.flatMap(({ handler }) => patchTypesOf(handler)));
  return types.size === 0 ? undefined : [...types].join(", ");
}
