/** The items of a list that commas join, as headers and settings have it (RFC 9110 section 5.6.1): empty ones are none. */
export function textList(text: string): string[] {
  return text
    .split(",")
    .map(item => item.trim())
    .filter(item => item !== "");
}
