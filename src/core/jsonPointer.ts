/** A name as a JSON pointer says it (RFC 6901 section 4): `~1` is a slash, and `~0`, which is read last, a tilde. */
export function unescapeToken(token: string): string {
  return token.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** The names along a JSON pointer; none for the whole document. */
export function tokensOf(pointer: string): string[] {
  return pointer.split("/").slice(1).map(unescapeToken);
}
