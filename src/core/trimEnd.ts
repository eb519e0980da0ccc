/**
 * The text without the characters of one kind at its end. A pattern such as `/\/+$/` starts over at each of them, which takes
 * quadratic time on a long run that something follows.
 *
 * @param text any text
 * @param char one character
 * @example
 * trimEnd("/users//", "/"); // "/users"
 */
export function trimEnd(text: string, char: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === char) end--;
  return text.slice(0, end);
}
