import { BadRequest } from "../src/core/errors.ts";
import { defineMiddleware, type HookRequest, type Middleware, type Shape } from "../src/core/middleware.ts";
import { checkOptions } from "../src/core/options.ts";
import { readBody } from "../src/http/body.ts";
import {
  type AddsForm,
  type FormOptions,
  type FormReader,
  formKinds,
  pairsOf,
  putForm,
} from "../src/http/form.ts";

/** Options of {@link formBody}. */
export interface FormBodyOptions extends FormOptions {}

/** The fields of a form: text, or a list where a name occurs twice. */
export type FormFields = Record<string, string | string[]>;

const reader: FormReader<string> = {
  type: "application/x-www-form-urlencoded",
  read(event) {
    const text = readBody(event);
    if (text.trim() === "") throw new BadRequest("Malformed body");
    return pairsOf(text);
  },
};

/**
 * Parses a body of `application/x-www-form-urlencoded` into `event.body`, base64 or not, on every event source: what a plain
 * HTML form sends, and many webhooks and OAuth clients. A field is a text, a list of texts where its name occurs twice. An absent
 * or empty body is `{}`. `rawBody` still gives the bytes as they were sent.
 *
 * @param options `maxBytes` and `maxParts`; none is needed
 * @returns a middleware that adds `event.body`, typed as `T`
 * @throws TypeError when an option is unknown or of the wrong type. A request gets BadRequest (400) `Malformed body` for a
 * body that is blank or not UTF-8, escapes included, and for the names that `jsonBody` forbids; UnsupportedMediaType (415)
 * with `Accept` for another content type or charset, with `Accept-Encoding` for a body that is compressed; PayloadTooLarge
 * (413) above `maxBytes` or `maxParts`
 * @example
 * pipeline([errors(), formBody(), requireKeys(["code"]), serialize()], ({ body }) => exchange(body.code));
 */
export function formBody<Body = FormFields>(
  options: FormBodyOptions = {},
): Middleware<Shape, AddsForm<Body, URLSearchParams>> {
  checkOptions("formBody", options, formKinds);
  return defineMiddleware<Shape, AddsForm<Body, URLSearchParams>>({
    name: "formBody",
    adds: ["event.body"],
    openapi: () => ({ body: { types: [reader.type] }, errors: [400, 413, 415] }),
    before: function formBodyBefore(request: HookRequest<{ body: Body }>): void {
      putForm(request, reader, options);
    },
  });
}
