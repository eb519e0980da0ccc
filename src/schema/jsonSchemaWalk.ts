import { isObject } from "../core/objects.ts";

/** A JSON Schema as the code sees it. */
export type SchemaNode = Readonly<Record<string, unknown>>;

/** What a walk through a schema found out. */
export interface SchemaTraits {
  /** Whether any part fills in a default. */
  hasDefaults: boolean;
  /** Whether any part names itself by `$id` or an anchor. */
  hasIds: boolean;
  /** Whether it names a property that every object inherits, such as `constructor`. */
  namesInherited: boolean;
  /** Extension keywords (`x-…`), which are notes for other tools. */
  extensions: Set<string>;
}

const single = new Set(
  "items additionalProperties not if then else contains propertyNames unevaluatedItems unevaluatedProperties".split(
    " ",
  ),
);
const lists = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const maps = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]);
const counts = new Set("minLength maxLength minItems maxItems minProperties maxProperties".split(" "));

/** Keywords that name properties: in a list, as keys, or both. */
const naming = new Set(["properties", "required", "dependentRequired", "dependentSchemas", "dependencies"]);

const namesIn = (value: unknown): unknown[] =>
  Array.isArray(value)
    ? value
    : isObject(value)
      ? [...Object.keys(value), ...Object.values(value).flat()]
      : [];

const isInherited = (name: unknown): boolean => typeof name === "string" && name in Object.prototype;

/** The schemas right within one, as far as they are where schemas belong. */
export function subschemasOf(node: SchemaNode): unknown[] {
  return Object.entries(node).flatMap(([keyword, value]) => {
    if (maps.has(keyword)) return isObject(value) ? Object.values(value) : [];
    return single.has(keyword) || lists.has(keyword) ? value : [];
  });
}

function fail(path: string, wanted: string): never {
  throw new TypeError(`${path} must be ${wanted}`);
}

const isNames = (value: unknown): boolean =>
  Array.isArray(value) && value.every(item => typeof item === "string");

/** Values that Ajv's compiler takes although the meta-schema forbids them. */
function checkKeyword(path: string, keyword: string, value: unknown): void {
  if (counts.has(keyword) && !(Number.isSafeInteger(value) && (value as number) >= 0)) {
    fail(path, "a whole number of at least 0");
  }
  if (keyword === "required" && !isNames(value)) fail(path, "an array of strings");
  if (keyword === "$async") fail(path, "left out: a JSON Schema is checked synchronously");
  if (keyword === "multipleOf" && !((value as number) > 0)) fail(path, "a number above 0");
}

/**
 * Walks a whole schema once: checks its structure where Ajv's compiler does not, and gathers what the compiling needs to
 * know. It stands in for Ajv's check against the meta-schema, which costs five times as much as compiling.
 *
 * @throws TypeError naming the place that is malformed
 */
export function walkSchema(schema: unknown): SchemaTraits {
  const traits: SchemaTraits = {
    hasDefaults: false,
    hasIds: false,
    namesInherited: false,
    extensions: new Set(),
  };
  const above = new Set<unknown>();

  function visit(node: unknown, path: string): void {
    if (typeof node === "boolean") return;
    if (!isObject(node)) fail(path, "a schema: an object, true or false");
    if (above.has(node)) fail(path, "finite: the schema contains itself");
    above.add(node);
    for (const [keyword, value] of Object.entries(node)) {
      visitKeyword(keyword, value, path === "" ? keyword : `${path}.${keyword}`);
    }
    above.delete(node);
  }

  function visitKeyword(keyword: string, value: unknown, path: string): void {
    if (naming.has(keyword) && namesIn(value).some(isInherited)) traits.namesInherited = true;
    if (keyword.startsWith("x-")) traits.extensions.add(keyword);
    else if (keyword === "default") traits.hasDefaults = true;
    else if (keyword === "$id" || keyword === "$anchor" || keyword === "$dynamicAnchor") traits.hasIds = true;
    else if (single.has(keyword)) visit(value, path);
    else if (lists.has(keyword)) visitList(value, path);
    else if (maps.has(keyword)) visitMap(value, path);
    else checkKeyword(path, keyword, value);
  }

  function visitList(value: unknown, path: string): void {
    if (!Array.isArray(value) || value.length === 0) fail(path, "a list of schemas, not empty");
    for (const [index, item] of value.entries()) visit(item, `${path}.${index}`);
  }

  function visitMap(value: unknown, path: string): void {
    if (!isObject(value)) fail(path, "an object of schemas");
    for (const [name, item] of Object.entries(value)) visit(item, `${path}.${name}`);
  }

  visit(schema, "");
  return traits;
}
