import { jsonBody } from "../../middlewares/jsonBody.ts";
import { requireKeys } from "../../middlewares/requireKeys.ts";
import { validate } from "../../middlewares/validate.ts";
import type { AnyMiddleware } from "../../src/middleware.ts";
import type { OptionKind } from "../../src/options.ts";
import type { StandardSchemaV1 } from "../../src/schema/standard.ts";

/** The body's options at run time. */
export interface LooseBodyOptions {
  required?: readonly string[];
  optional?: readonly string[];
  body?: StandardSchemaV1;
  jsonBody?: object;
}

export const bodyKinds: Record<string, OptionKind | readonly OptionKind[]> = {
  required: "names",
  optional: "names",
  body: ["object", "function"],
  jsonBody: "object",
};

/**
 * The keys that a client may set; `undefined` when a schema alone decides.
 *
 * @throws TypeError when a key is in both lists
 */
export function settableKeys(name: string, options: LooseBodyOptions): readonly string[] | undefined {
  const { required, optional, body } = options;
  if (required === undefined && optional === undefined && body !== undefined) return undefined;
  const twice = required?.find(key => optional?.includes(key));
  if (twice !== undefined) throw new TypeError(`${name}: "${twice}" is both required and optional`);
  return [...(required ?? []), ...(optional ?? [])];
}

/**
 * What checks a parsed body: keep the listed keys, check it against the schema. Without lists and schema nothing is taken:
 * what a client may set is always said.
 */
export function checkBodyWith(name: string, options: LooseBodyOptions): readonly AnyMiddleware[] {
  const { required = [], optional = [], body } = options;
  const keys = settableKeys(name, options);
  return [
    ...(keys === undefined ? [] : [requireKeys(required, { optional })]),
    ...(body === undefined ? [] : [validate({ body })]),
  ];
}

/** What reads a body: parse it, then {@link checkBodyWith}. */
export function readBodyWith(name: string, options: LooseBodyOptions): readonly AnyMiddleware[] {
  return [jsonBody(options.jsonBody), ...checkBodyWith(name, options)];
}
