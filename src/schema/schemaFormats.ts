import type { Format } from "ajv";
import { fullFormats } from "ajv-formats/dist/formats.js";

/** What goes before and after the host; the name and the password before it end at the first `@`. */
const urlParts = /^(?:https?|ftp):\/\/(?:[^\s/?#@]+@)?([^\s/?#@:]{1,253})(?::\d{2,5})?(?:\/\S*)?$/i;

/**
 * The format `url`: the package's own takes quadratic time for a long name and password, so it sees the host alone.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-3.2
 */
function isUrl(text: string): boolean {
  const host = urlParts.exec(text)?.[1];
  return host !== undefined && (fullFormats.url as RegExp).test(`http://${host}`);
}

/** The formats of JSON Schema and OpenAPI, by name. */
export const formats: Readonly<Record<string, Format>> = /* @__PURE__ */ Object.assign({}, fullFormats, {
  url: isUrl,
});
