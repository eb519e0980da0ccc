import { readPath } from "../../src/http/path.ts";

/** The address of a new object: the collection's own, then the id (RFC 9110 section 10.2.2). */
export function locationOf(event: unknown, id: unknown): string | undefined {
  if (typeof id !== "string" && typeof id !== "number" && typeof id !== "bigint") return undefined;
  // Half of a surrogate pair has no encoding: as everywhere in an address it becomes U+FFFD.
  const segment = encodeURIComponent(String(id).toWellFormed());
  return `${readPath(event).replace(/\/+$/, "")}/${segment}`;
}
