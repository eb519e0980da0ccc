import { defineMiddleware, type HookRequest, type Middleware, type Shape } from "../src/core/middleware.ts";
import { checkOptions } from "../src/core/options.ts";
import { rawBody } from "../src/http/body.ts";
import {
  type AddsForm,
  type FormFile,
  type FormOptions,
  type FormReader,
  formKinds,
  putForm,
} from "../src/http/form.ts";
import { partsOf } from "../src/http/multipart.ts";

/** Options of {@link multipart}. */
export interface MultipartOptions extends FormOptions {}

/** A field of a form that may have files. */
export type MultipartValue = string | FormFile;

/** The fields and files of a form: one, or a list where a name occurs twice. */
export type MultipartFields = Record<string, MultipartValue | MultipartValue[]>;

const reader: FormReader<MultipartValue> = {
  type: "multipart/form-data",
  read: (event, parameters, maxParts) => partsOf(rawBody(event), parameters.get("boundary") ?? [], maxParts),
};

/**
 * Parses a body of `multipart/form-data` into `event.body`, on every event source: text fields as text, files as
 * `{ filename, type, bytes }`, and a list where a name occurs twice. A part is a file when it has a filename or a type that is not
 * text. An absent or empty body is `{}`. `rawBody` still gives the bytes as they were sent.
 *
 * Filenames come without folders; they and the types are what the client says, no more. A REST API hands files over unharmed
 * only with `multipart/form-data` among its `binaryMediaTypes`.
 *
 * @param options `maxBytes` and `maxParts`; none is needed
 * @returns a middleware that adds `event.body`, typed as `T`
 * @throws TypeError when an option is unknown or of the wrong type. A request gets BadRequest (400) `Malformed body` for a
 * body that is not a form, ends early or has text that is not UTF-8, and for the names that `jsonBody` forbids;
 * UnsupportedMediaType (415) with `Accept` for another content type, with `Accept-Encoding` for a body that is compressed, and for
 * text in another charset; PayloadTooLarge (413) above `maxBytes` or `maxParts`
 * @example
 * pipeline([errors(), multipart<{ title: string; photo: FormFile }>(), serialize()], ({ body }) =>
 *   store(body.title, body.photo.bytes));
 */
export function multipart<Body = MultipartFields>(
  options: MultipartOptions = {},
): Middleware<Shape, AddsForm<Body, FormData>> {
  checkOptions("multipart", options, formKinds);
  return defineMiddleware<Shape, AddsForm<Body, FormData>>({
    name: "multipart",
    adds: ["event.body"],
    openapi: () => ({ body: { types: [reader.type] }, errors: [400, 413, 415] }),
    before: function multipartBefore(request: HookRequest<{ body: Body }>): void {
      putForm(request, reader, options);
    },
  });
}
