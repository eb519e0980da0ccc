/** What a `Content-Type` header says (RFC 9110 section 8.3). */
export interface ContentType {
  /** In lower case: `application/json`. */
  type: string;
  /** The values of each parameter by lower-case name, without their quotes. */
  parameters: ReadonlyMap<string, readonly string[]>;
}

/** Where the value that begins here ends: a semicolon inside quotes belongs to it. */
function endOf(text: string, from: number): number {
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (quoted && char === "\\") at++;
    else if (char === '"') quoted = !quoted;
    else if (char === ";" && !quoted) return at;
  }
  return text.length;
}

/** A backslash before anything else is one: browsers do not escape those of filenames. */
const unquote = (text: string): string =>
  text.length >= 2 && text.startsWith('"') && text.endsWith('"')
    ? text.slice(1, -1).replace(/\\(["\\])/g, "$1")
    : text;

/**
 * Reads a header of the form `value; name=value; name="value"`, such as `Content-Type` and `Content-Disposition`, in linear
 * time.
 *
 * @param text the header's value
 * @example
 * readContentType('multipart/form-data; boundary="a b"').parameters.get("boundary"); // ["a b"]
 */
export function readContentType(text: string): ContentType {
  const parts: string[] = [];
  for (let from = 0; from <= text.length; ) {
    const end = endOf(text, from);
    parts.push(text.slice(from, end).trim());
    from = end + 1;
  }
  const [type = "", ...rest] = parts;
  const parameters = new Map<string, string[]>();
  for (const part of rest) {
    const equals = part.indexOf("=");
    if (equals < 0) continue;
    const name = part.slice(0, equals).trim().toLowerCase();
    const value = unquote(part.slice(equals + 1).trim());
    const known = parameters.get(name);
    if (known === undefined) parameters.set(name, [value]);
    else known.push(value);
  }
  return { type: type.toLowerCase(), parameters };
}

/** The media type alone, in lower case: what stands before the parameters. */
export function mediaTypeOf(contentType: string): string {
  const end = contentType.indexOf(";");
  return (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
}

const textType =
  /^(?:text\/.*|application\/(?:ecmascript|graphql|javascript|json|json-seq|jsonl|jwt|ndjson|rtf|sql|toml|x-javascript|x-ndjson|x-sh|x-www-form-urlencoded|x-yaml|xml|xml-dtd|yaml))$/;
const textSuffix = /\+(?:json|json-seq|xml|yaml)$/;

/**
 * Whether a content type is one of text: `text/*`, JSON, XML, YAML, JavaScript and their like, and what is made of them
 * (RFC 6838 section 4.2.8: `image/svg+xml`).
 *
 * @param contentType the header's value
 * @example
 * isTextual("application/problem+json; charset=utf-8"); // true
 */
export function isTextual(contentType: string): boolean {
  const type = mediaTypeOf(contentType);
  return textType.test(type) || textSuffix.test(type);
}
