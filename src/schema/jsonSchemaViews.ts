import { isObject } from "../core/objects.ts";
import type { SchemaNode } from "./jsonSchemaWalk.ts";
import { type Follow, followerOf } from "./schemaReferences.ts";

/**
 * All that a schema says of one value: the schema, what it refers to, and its branches. What a value is turned into
 * before the check may follow any of them; the check itself decides afterwards.
 */
export interface View {
  /** The JSON types that the value may have; empty when the schema does not say. */
  readonly types: ReadonlySet<string>;
  /** What the schema says of a property; undefined when it does not declare it. */
  property(name: string): View | undefined;
  /** What it says of an item; undefined when it says nothing. */
  item(index: number): View | undefined;
  /** Whether it names any property, so that the others are undeclared. */
  readonly closed: boolean;
  /** All properties that it declares, where they are known by name. */
  readonly names: readonly string[] | undefined;
}

const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

function gather(follow: Follow, starts: readonly unknown[]): SchemaNode[] {
  const found = new Set<SchemaNode>();
  function add(node: unknown): void {
    if (!isObject(node) || found.has(node)) return;
    found.add(node);
    add(follow(node, "$ref"));
    add(follow(node, "$dynamicRef"));
    for (const keyword of ["allOf", "anyOf", "oneOf"])
      for (const branch of listOf(node[keyword])) add(branch);
    add(node.then);
    add(node.else);
  }
  for (const start of starts) add(start);
  return [...found];
}

const typeOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "array" : typeof value;

function typesOf(nodes: readonly SchemaNode[]): Set<string> {
  const types = new Set<string>();
  for (const node of nodes) {
    for (const type of listOf(node.type)) types.add(String(type));
    if (node.nullable === true) types.add("null");
    if (node.type !== undefined) continue;
    if ("const" in node) types.add(typeOf(node.const));
    for (const value of listOf(node.enum)) types.add(typeOf(value));
  }
  return types;
}

function declaredBy(node: SchemaNode, name: string): unknown[] {
  const found: unknown[] = [];
  if (isObject(node.properties) && Object.hasOwn(node.properties, name)) found.push(node.properties[name]);
  for (const [pattern, schema] of Object.entries(
    isObject(node.patternProperties) ? node.patternProperties : {},
  )) {
    if (new RegExp(pattern, "u").test(name)) found.push(schema);
  }
  return found;
}

/**
 * The view of a whole schema. Views of properties and items are made at their first use and kept.
 *
 * @param schema a schema that was walked before
 */
export function viewOf(schema: unknown): View {
  return makeView(followerOf(schema), [schema]);
}

function makeView(follow: Follow, starts: readonly unknown[]): View {
  const nodes = gather(follow, starts);
  const others = nodes
    .map(node => node.additionalProperties ?? node.unevaluatedProperties)
    .filter(other => other !== undefined && other !== false);
  const named = new Map<string, View | undefined>();
  const numbered = new Map<number, View | undefined>();
  const longest = Math.max(0, ...nodes.map(node => listOf(node.prefixItems).length));
  let otherView: View | undefined;

  function property(name: string): View | undefined {
    if (named.has(name)) return named.get(name);
    const found = nodes.flatMap(node => declaredBy(node, name));
    if (found.length === 0) {
      if (others.length > 0) otherView ??= makeView(follow, others);
      return otherView;
    }
    const view = makeView(follow, found);
    // A name from a pattern comes with the input: keeping its view would let the map grow without end.
    if (nodes.some(node => isObject(node.properties) && Object.hasOwn(node.properties, name)))
      named.set(name, view);
    return view;
  }

  function item(index: number): View | undefined {
    const at = Math.min(index, longest);
    if (numbered.has(at)) return numbered.get(at);
    const found = nodes.flatMap(node => {
      const prefix = listOf(node.prefixItems);
      return at < prefix.length ? [prefix[at]] : listOf(node.items ?? node.unevaluatedItems);
    });
    const view = found.length === 0 ? undefined : makeView(follow, found);
    numbered.set(at, view);
    return view;
  }

  const closed = nodes.some(node => node.properties !== undefined || node.patternProperties !== undefined);
  const patterned = nodes.some(node => node.patternProperties !== undefined);
  const names =
    closed && !patterned && others.length === 0
      ? [...new Set(nodes.flatMap(node => (isObject(node.properties) ? Object.keys(node.properties) : [])))]
      : undefined;
  return { types: typesOf(nodes), property, item, closed, names };
}
