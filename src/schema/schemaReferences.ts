import { targetOf } from "../core/jsonReference.ts";
import { isObject } from "../core/objects.ts";
import { type SchemaNode, subschemasOf } from "./jsonSchemaWalk.ts";

/** Tells where a schema's `$ref` leads, or its `$dynamicRef`; `undefined` when that is nowhere, or it has none. */
export type Follow = (node: SchemaNode, keyword: "$ref" | "$dynamicRef") => unknown;

/** Stands for the address of a schema that does not say its own. */
const nameless = "schema:///";

function addressOf(base: string, reference: string): string | undefined {
  try {
    return new URL(reference, base).href;
  } catch {
    return undefined;
  }
}

/** What a schema and those within call themselves. */
interface Names {
  /** By address: the schemas with an `$id`, and with an anchor. */
  known: Map<string, SchemaNode>;
  /** The address that references in a schema start from. */
  bases: Map<SchemaNode, string>;
}

function namesIn(root: unknown): Names {
  const names: Names = { known: new Map(), bases: new Map() };
  function visit(node: unknown, around: string): void {
    if (!isObject(node) || names.bases.has(node)) return;
    const { $id, $anchor, $dynamicAnchor } = node;
    const base = (typeof $id === "string" ? addressOf(around, $id.replace(/#$/, "")) : undefined) ?? around;
    names.bases.set(node, base);
    if (base !== around) names.known.set(base, node);
    for (const anchor of [$anchor, $dynamicAnchor])
      if (typeof anchor === "string") names.known.set(`${base}#${anchor}`, node);
    for (const inner of subschemasOf(node)) visit(inner, base);
  }
  visit(root, nameless);
  return names;
}

/**
 * Follows references in a schema: JSON pointers, `$id`s and anchors, each from the `$id` around it.
 *
 * @see https://json-schema.org/draft/2020-12/json-schema-core#section-8.2
 */
export function followerOf(root: unknown): Follow {
  let names: Names | undefined;
  return (node, keyword) => {
    const reference = node[keyword];
    if (typeof reference !== "string") return undefined;
    names ??= namesIn(root);
    const { known, bases } = names;
    if (known.size === 0) return targetOf(root, reference);
    const [address = "", fragment = ""] = (addressOf(bases.get(node) ?? nameless, reference) ?? "").split(
      "#",
    );
    const resource = known.get(address) ?? (address === nameless ? root : undefined);
    if (fragment !== "" && !fragment.startsWith("/")) return known.get(`${address}#${fragment}`);
    return targetOf(resource, `#${fragment}`);
  };
}
