import { isObject } from "../../src/core/objects.ts";
import type { Json } from "./types.ts";

/** Keywords whose values are plain data, where there are no schemas. */
const data = new Set(["const", "enum", "default", "examples", "example", "required", "dependentRequired"]);
/** Keywords whose values are schemas by name. */
const maps = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]);

/** A copy of a schema in which `change` has made something else of each schema within, the innermost first. */
export function mapSchema(node: unknown, change: (schema: Json) => Json): unknown {
  if (Array.isArray(node)) return node.map(item => mapSchema(item, change));
  if (!isObject(node)) return node;
  const copy: Json = {};
  for (const [keyword, value] of Object.entries(node)) {
    if (data.has(keyword)) copy[keyword] = value;
    else if (maps.has(keyword) && isObject(value)) {
      copy[keyword] = Object.fromEntries(
        Object.entries(value).map(([name, schema]) => [name, mapSchema(schema, change)]),
      );
    } else copy[keyword] = mapSchema(value, change);
  }
  return change(copy);
}
