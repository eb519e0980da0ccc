import { unescapeToken } from "./jsonPointer.ts";
import { isObject, isRecord } from "./objects.ts";

type Json = Record<string, unknown>;

/** A name in a URI fragment; one that is written there without percent-encoding stays as it is. */
function decoded(token: string): string {
  try {
    return unescapeToken(decodeURIComponent(token));
  } catch {
    return unescapeToken(token);
  }
}

/**
 * The names along a reference to a place of the same document: a JSON pointer in a URI fragment (RFC 6901 section 6). As in
 * Ajv, `%2F` is a part of a name and no border of one.
 *
 * @returns `undefined` for anything else: another document, an anchor
 */
export function referenceTokens(reference: unknown): string[] | undefined {
  if (typeof reference !== "string" || !/^#(?:\/|$)/.test(reference)) return undefined;
  return reference.split("/").slice(1).map(decoded);
}

/** What a reference leads to in a document; `undefined` when that is nowhere. */
export function targetOf(root: unknown, reference: unknown): unknown {
  const tokens = referenceTokens(reference);
  if (tokens === undefined) return undefined;
  let node = root;
  for (const name of tokens) {
    if (!isRecord(node) || !Object.hasOwn(node, name)) return undefined;
    node = node[name];
  }
  return node;
}

/** A schema and all that it refers to in turn, nearest first; each once, so that circles come to an end. */
function chainOf(root: unknown, schema: unknown): Json[] {
  const found = new Set<Json>();
  let node = schema;
  while (isObject(node) && !found.has(node)) {
    found.add(node);
    node = targetOf(root, node.$ref);
  }
  return [...found];
}

/**
 * A schema and what its `$ref` leads to as one schema without `$ref`. Both hold (JSON Schema 2020-12, section 8.2.3.1): the
 * properties of both are there, and of any other keyword the nearer one counts.
 *
 * @param root the document in which references lead
 * @param schema anything; what is not an object says nothing
 * @returns the very schema where it refers to nothing
 */
export function dereferenced(root: unknown, schema: unknown): Json {
  const chain = chainOf(root, schema);
  const [own] = chain;
  if (own === undefined || !Object.hasOwn(own, "$ref")) return own ?? {};
  const { $ref, ...whole } = Object.assign({}, ...chain.toReversed()) as Json;
  const properties = chain.flatMap(one => (isObject(one.properties) ? [one.properties] : []));
  const required = chain.flatMap(one => (Array.isArray(one.required) ? (one.required as unknown[]) : []));
  return {
    ...whole,
    ...(properties.length > 1 && { properties: Object.assign({}, ...properties.toReversed()) }),
    ...(required.length > 0 && { required: [...new Set(required)] }),
  };
}
