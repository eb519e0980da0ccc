import { UnsupportedMediaType } from "../core/errors.ts";
import { textList } from "../core/textList.ts";
import { withoutStack } from "../core/withoutStack.ts";
import { readContentType } from "./contentType.ts";
import { readHeader, readMethod } from "./read.ts";

/** Stands in the options of a parser whose chain takes patches: what a 415 of `PATCH` lists. */
export const acceptPatch: unique symbol = /* @__PURE__ */ Symbol("acceptPatch");

/** Options that may declare it. */
export interface PatchTypes {
  [acceptPatch]?: readonly string[];
}

/**
 * What a request gets whose body has a type that is not taken. It says what is (RFC 9110 section 15.5.16), for `PATCH` in the
 * words of RFC 5789 section 2.2 as well.
 *
 * @param event the request's event
 * @param accepted the media types that are taken
 */
export function unsupportedType(event: unknown, accepted: readonly string[]): UnsupportedMediaType {
  const Accept = accepted.join(", ");
  const headers = { Accept, ...(readMethod(event) === "PATCH" && { "Accept-Patch": Accept }) };
  return withoutStack(() => new UnsupportedMediaType(undefined, { headers }));
}

/** Whether the charsets that a content type names are all UTF-8. */
export function isUtf8Type(parameters: ReadonlyMap<string, readonly string[]>): boolean {
  const charsets = parameters.get("charset");
  return charsets === undefined || charsets.every(name => /^utf-?8$/i.test(name));
}

const isPlain = (coding: string): boolean => textList(coding).every(name => /^identity$/i.test(name));

/**
 * Refuses a body that is compressed or otherwise coded. Nothing here undoes that: a middleware that does takes the header
 * away.
 *
 * @throws UnsupportedMediaType (415) with `Accept-Encoding` (RFC 9110 section 12.5.3)
 */
export function refuseCoded(event: unknown): void {
  const coding = readHeader(event, "content-encoding");
  if (coding === undefined || isPlain(coding)) return;
  throw withoutStack(
    () => new UnsupportedMediaType(undefined, { headers: { "Accept-Encoding": "identity" } }),
  );
}

/**
 * The type of a form's body.
 *
 * @param event the request's event
 * @param wanted the one media type that is taken
 * @returns its parameters; of a body without a type there are none
 * @throws UnsupportedMediaType (415) for another type, another charset than UTF-8, and a coded body
 */
export function checkType(event: unknown, wanted: string): ReadonlyMap<string, readonly string[]> {
  const sent = readHeader(event, "content-type");
  const { type, parameters } = readContentType(sent === undefined || sent === "" ? wanted : sent);
  if (type !== wanted || !isUtf8Type(parameters)) throw unsupportedType(event, [wanted]);
  refuseCoded(event);
  return parameters;
}
