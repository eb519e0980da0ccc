import { nodeCrypto } from "../core/nodeCrypto.ts";

/**
 * The strong entity tag of a representation (RFC 9110 section 8.8.3): equal bytes, equal tag.
 *
 * @param body the representation as it is sent
 * @example
 * etagOf('{"id":"1"}'); // "\"…\""
 */
export function etagOf(body: string): string {
  return `"${nodeCrypto().hash("sha1", body, "base64url")}"`;
}

const tagPattern = /(W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;

function tagsOf(header: string): string[] {
  return header.match(tagPattern) ?? [];
}

/**
 * Whether an `If-None-Match` header names this tag (RFC 9110 section 13.1.2). The comparison is weak: `W/` is ignored.
 *
 * @param header the header's value, a list of tags or `*`
 * @param etag the tag of the current representation
 */
export function matchesWeakly(header: string, etag: string): boolean {
  if (header.trim() === "*") return true;
  const opaque = etag.replace(/^W\//, "");
  return tagsOf(header).some(tag => tag.replace(/^W\//, "") === opaque);
}

/**
 * Whether an `If-Match` header names this tag (RFC 9110 section 13.1.1). The comparison is strong: a weak tag never
 * matches.
 *
 * @param header the header's value, a list of tags or `*`
 * @param etag the tag of the current representation
 */
export function matchesStrongly(header: string, etag: string): boolean {
  if (header.trim() === "*") return true;
  return !etag.startsWith("W/") && tagsOf(header).includes(etag);
}
