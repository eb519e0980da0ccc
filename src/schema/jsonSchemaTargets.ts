import { isObject, mapValues } from "../core/objects.ts";
import type { SchemaNode } from "./jsonSchemaWalk.ts";

/** Dialects that are JSON Schema 2020-12 to the letter: OpenAPI 3.1 and 3.2 use it as their own. */
const same = new Set(["draft-2020-12", "openapi-3.1", "openapi-3.2"]);

/** Keywords of 2019-09 and 2020-12 that draft 7 has no word for. */
const unknownToDraft7 = [
  "unevaluatedProperties",
  "unevaluatedItems",
  "minContains",
  "maxContains",
  "$dynamicRef",
  "$dynamicAnchor",
  "$anchor",
];

/** Keywords whose values are plain data, where nothing is to be translated. */
const data = new Set(["const", "enum", "default", "examples", "required"]);
/** Keywords whose values are schemas by name. */
const maps = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]);

/**
 * Gives a schema in the dialect that is asked for.
 *
 * @throws TypeError when the dialect is unknown, or has no word for something in the schema
 * @see https://standardschema.dev/json-schema
 */
export function toTarget(schema: unknown, target: string): Record<string, unknown> {
  const copy: unknown = JSON.parse(JSON.stringify(schema));
  const whole = copy === true ? {} : copy === false ? { not: {} } : copy;
  if (same.has(target)) return whole as Record<string, unknown>;
  if (target === "draft-07") return toDraft7(whole) as Record<string, unknown>;
  throw new TypeError(`jsonSchema: there is no conversion to "${target}"`);
}

function toDraft7(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(toDraft7);
  if (!isObject(node)) return node;
  const lacking = unknownToDraft7.find(keyword => keyword in node);
  if (lacking !== undefined) throw new TypeError(`jsonSchema: draft-07 has no "${lacking}"`);
  const result: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(node)) {
    const [name, converted] = draft7Keyword(keyword, value, node);
    if (isObject(converted) && isObject(result[name])) Object.assign(result[name], converted);
    else result[name] = converted;
  }
  return result;
}

function draft7Keyword(keyword: string, value: unknown, node: SchemaNode): [name: string, value: unknown] {
  if (keyword === "$schema") return [keyword, "http://json-schema.org/draft-07/schema#"];
  if (keyword === "$ref" && typeof value === "string")
    return [keyword, value.replace("#/$defs/", "#/definitions/")];
  if (data.has(keyword)) return [keyword, value];
  if (keyword === "dependentRequired") return ["dependencies", value];
  if (maps.has(keyword)) {
    const name =
      keyword === "$defs" ? "definitions" : keyword === "dependentSchemas" ? "dependencies" : keyword;
    return [name, mapValues(value as SchemaNode, toDraft7)];
  }
  if (keyword === "prefixItems") return ["items", toDraft7(value)];
  if (keyword === "items" && node.prefixItems !== undefined) return ["additionalItems", toDraft7(value)];
  return [keyword, toDraft7(value)];
}
