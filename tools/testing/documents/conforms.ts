import type {
  Json,
  MediaTypeObject,
  OpenApiDocument,
  OperationObject,
  ReferenceObject,
  ResponseObject,
} from "../../../api/openapi/types.ts";
import { mapSchema } from "../../../api/openapi/walk.ts";
import { targetOf } from "../../../src/core/jsonReference.ts";
import { jsonSchema } from "../../../src/schema/jsonSchema.ts";
import { checkSchema, type StandardSchemaV1 } from "../../../src/schema/standard.ts";
import { findPath } from "./documentPaths.ts";

/** A response, and the request that it answers. */
export interface SeenResponse {
  method: string;
  /** With or without the query. */
  path: string;
  status: number;
  /** Names in any case. */
  headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** As it was received. */
  body?: string | Uint8Array;
}

/** Headers that clients act upon, so that a document has to declare them. */
const clientHeaders = ["etag", "location", "link", "total-count", "idempotent-replayed"];

function headersOf(given: SeenResponse["headers"]): Map<string, string> {
  const pairs = given instanceof Headers ? [...given] : Object.entries(given);
  return new Map(
    pairs.flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), [value].flat().join(", ")]],
    ),
  );
}

/** A schema that takes no property which it does not declare. */
function closed(schema: Json): Json {
  const isOpen = schema.properties === undefined || schema.additionalProperties !== undefined;
  return isOpen ? schema : { ...schema, additionalProperties: false };
}

/** Makes what checks values with schemas of a document; each is compiled once. */
function checker({ components }: OpenApiDocument): (schema: Json, value: unknown) => string[] {
  const compiled = new Map<string, StandardSchemaV1>();
  const schemas = components.schemas ?? {};
  // The parts of an allOf know nothing of each other's properties.
  const isJoined = JSON.stringify(schemas).includes('"allOf":');
  const local = (node: Json): Json => {
    const { $ref } = node;
    const linked =
      typeof $ref === "string" ? { ...node, $ref: $ref.replace("#/components/schemas/", "#/$defs/") } : node;
    return isJoined ? linked : closed(linked);
  };
  const $defs = mapSchema({ $defs: schemas }, local) as Json;

  function compile(schema: Json): StandardSchemaV1 {
    const whole = { ...(mapSchema(schema, local) as Json), ...$defs };
    try {
      return jsonSchema(whole);
    } catch {
      // A format that Ajv does not know.
      return jsonSchema(mapSchema(whole, ({ format, ...rest }) => rest) as Json);
    }
  }
  return function check(schema, value) {
    const key = JSON.stringify(schema);
    if (!compiled.has(key)) compiled.set(key, compile(schema));
    const result = checkSchema(compiled.get(key) as StandardSchemaV1, value);
    const errors = "errors" in result ? result.errors : undefined;
    return (errors ?? []).map(({ field, message }) => `${field || "the body"} ${message}`);
  };
}

function resolve(document: OpenApiDocument, response: ResponseObject | ReferenceObject): ResponseObject {
  if (!("$ref" in response)) return response;
  return (targetOf(document, response.$ref) as ResponseObject | undefined) ?? { description: "" };
}

function contentProblems(
  content: Record<string, MediaTypeObject> | undefined,
  headers: ReadonlyMap<string, string>,
  text: string,
  check: (schema: Json, value: unknown) => string[],
): string[] {
  if (content === undefined) return text === "" ? [] : ["it has a body, and the document knows of none"];
  const type = headers.get("content-type")?.split(";")[0]?.trim() ?? "";
  const media = content[type];
  if (media === undefined)
    return [`its content type is ${type || "missing"}, not ${Object.keys(content).join(" or ")}`];
  if (media.schema === undefined || !/[/+]json$/.test(type)) return [];
  try {
    return check(media.schema, JSON.parse(text));
  } catch {
    return ["its body is not JSON"];
  }
}

function headerProblems(
  { headers: documented = {} }: ResponseObject,
  headers: ReadonlyMap<string, string>,
): string[] {
  const known = new Map(Object.entries(documented).map(([name, header]) => [name.toLowerCase(), header]));
  const undocumented = clientHeaders.filter(name => headers.has(name) && !known.has(name));
  const wrong = [...known].filter(([name, { schema }]) => {
    const value = headers.get(name);
    return value !== undefined && schema.type === "integer" && !/^\d+$/.test(value);
  });
  return [
    ...undocumented.map(name => `its header ${name} is not documented`),
    ...wrong.map(([name]) => `its header ${name} is not a whole number`),
  ];
}

/**
 * Makes what compares responses with an OpenAPI document of ours: the status is documented, the content type, the body as
 * its schema says and with nothing more, and the headers that clients act upon. What no operation serves must be 404, or
 * 405 with `Allow`.
 *
 * @param document what `openapi` made
 * @returns gives all that is wrong with a response, in words; an empty list when it is as documented
 * @example
 * const problems = conforms(await blog.openapi());
 * expect(problems({ method: "GET", path: "/posts", status, headers, body: await response.text() })).toEqual([]);
 */
export function conforms(document: OpenApiDocument): (seen: SeenResponse) => string[] {
  const check = checker(document);
  const error = { $ref: "#/components/schemas/Error" };

  function refusal(
    status: number,
    seen: SeenResponse,
    headers: ReadonlyMap<string, string>,
    text: string,
  ): string[] {
    if (seen.status !== status) return [`it is ${seen.status}, not ${status}: there is no such operation`];
    if (status === 405 && !headers.has("allow")) return ["it has no header Allow"];
    if (seen.method === "HEAD" || document.components.schemas?.Error === undefined) return [];
    const type = headers.get("content-type")?.split(";")[0] ?? "";
    return contentProblems({ [type]: { schema: error } }, headers, text, check);
  }

  function responseProblems(
    operation: OperationObject,
    seen: SeenResponse,
    headers: ReadonlyMap<string, string>,
    text: string,
  ): string[] {
    const documented =
      operation.responses[seen.status] ?? (seen.status >= 400 ? operation.responses.default : undefined);
    if (documented === undefined)
      return [`${operation.operationId} does not document the status ${seen.status}`];
    const response = resolve(document, documented);
    const content = seen.method === "HEAD" ? [] : contentProblems(response.content, headers, text, check);
    return [...content, ...(seen.status < 400 ? headerProblems(response, headers) : [])];
  }

  return function problemsOf(seen) {
    const headers = headersOf(seen.headers);
    const text = typeof seen.body === "string" ? seen.body : Buffer.from(seen.body ?? "").toString();
    const item = findPath(document, seen.path);
    const method = seen.method.toLowerCase() as keyof NonNullable<typeof item>;
    const operation = item?.[method] ?? (method === "head" ? item?.get : undefined);
    if (operation !== undefined) return responseProblems(operation, seen, headers, text);
    if (method === "options") return [];
    return refusal(item === undefined ? 404 : 405, seen, headers, text);
  };
}
