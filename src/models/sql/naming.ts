/** How the tables and columns of models are called: as their models and fields, or in snake case. */
export type SqlNaming = "snake";

/** Where a word ends: `createdAt`, `line2Total`, `HTTPServer`. */
const wordEnd = /(?<=[\p{Ll}\d])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu;

/**
 * Gives a name in snake case. A word begins at a capital behind a small letter or a digit, and at the last capital of some that a small
 * letter follows; a digit belongs to what is before it.
 *
 * @example
 * snakeCase("createdAt"); // "created_at"
 * snakeCase("userID"); // "user_id"
 * snakeCase("HTTPServer2Name"); // "http_server2_name"
 */
export function snakeCase(name: string): string {
  return name.replace(wordEnd, "_").toLowerCase();
}
