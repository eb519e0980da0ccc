import { isObject } from "../core/objects.ts";
import { inputJsonSchema } from "./inputJsonSchema.ts";
import { type Follow, followerOf } from "./schemaReferences.ts";
import type { StandardSchemaV1 } from "./standard.ts";

/** What a schema declares of the objects that come in. */
export interface Declared {
  /** The keys of the object itself, by name; what else the schema lets through is not declared. */
  readonly names: readonly string[];
  /** Whether it refuses anything that it does not declare, somewhere. */
  readonly refuses: boolean;
  /**
   * The value without all that is not declared, within it as well; the very same where there is nothing of that.
   *
   * @param isListed whether other keys of the object itself are welcome
   */
  keep(value: unknown, isListed?: boolean): unknown;
}

type Json = Record<string, unknown>;

const known: WeakMap<object, Declared | undefined> = /* @__PURE__ */ new WeakMap();

/**
 * The keys that a schema declares for its input, at the top by name alone. Within, a schema that names keys closes its
 * object too, unless its `additionalProperties` or `patternProperties` say what else may be there; one that names none
 * leaves it open. Of a union's branches those count that the value's `const` and `enum` members do not rule out.
 *
 * @param schema that of a body
 * @returns `undefined` when the schema does not declare its keys
 * @see https://standardschema.dev/json-schema
 */
export function declaredBy(schema: StandardSchemaV1): Declared | undefined {
  if (!known.has(schema)) known.set(schema, readDeclared(schema));
  return known.get(schema);
}

function readDeclared(schema: StandardSchemaV1): Declared | undefined {
  const root = inputJsonSchema(schema);
  if (!isObject(root)) return undefined;
  const top = nodeOf(followerOf(root), [root]);
  const lists = top.all.flatMap(({ properties }) => (isObject(properties) ? [Object.keys(properties)] : []));
  if (lists.length === 0) return undefined;
  const names = [...new Set(lists.flat())].filter(name => name !== "__proto__");
  return {
    names,
    refuses: hasClosed(root),
    keep: (value, isListed) => keepNamed(top, value, isListed ? "listed" : "top"),
  };
}

/** Schemas that hold of one place. */
interface Node {
  readonly follow: Follow;
  /** Those that hold whatever the value is. */
  readonly always: readonly Json[];
  /** Branches, of which each holds of some values. */
  readonly branches: readonly Json[];
  /** All of them, branches of branches too. */
  readonly all: readonly Json[];
  readonly below: Map<string, Node>;
  /** What {@link schemasOf} found of names, at each level. */
  readonly named: Readonly<Record<Level, Map<string, readonly unknown[]>>>;
  readonly items: Map<number, Node | undefined>;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** What holds beside a schema wherever it holds itself. */
const besides = (follow: Follow, schema: Json): unknown[] => [
  follow(schema, "$ref"),
  follow(schema, "$dynamicRef"),
  ...listOf(schema.allOf),
  ...(isObject(schema.dependentSchemas) ? Object.values(schema.dependentSchemas) : []),
  schema.then,
  schema.else,
];

function gather(
  follow: Follow,
  starts: readonly unknown[],
  more: (schema: Json) => readonly unknown[],
): Json[] {
  const found = new Set<Json>();
  const open = [...starts];
  while (open.length > 0) {
    const schema = open.pop();
    if (!isObject(schema) || found.has(schema)) continue;
    found.add(schema);
    open.push(...besides(follow, schema), ...more(schema));
  }
  return [...found];
}

const branchesOf = ({ anyOf, oneOf }: Json): unknown[] => [...listOf(anyOf), ...listOf(oneOf)];

function nodeOf(follow: Follow, starts: readonly unknown[]): Node {
  const always = gather(follow, starts, () => []);
  const branches = always.flatMap(branchesOf).filter(isObject);
  const all = branches.length === 0 ? always : gather(follow, starts, branchesOf);
  const named = { top: new Map(), listed: new Map(), within: new Map() };
  return { follow, always, branches, all, below: new Map(), named, items: new Map() };
}

/** Whether a member that the branch fixes has another value. */
function isRuledOut(follow: Follow, branch: Json, value: Json): boolean {
  return gather(follow, [branch], () => []).some(({ properties }) => {
    if (!isObject(properties)) return false;
    return Object.entries(properties).some(([name, one]) => {
      if (!isObject(one) || !Object.hasOwn(value, name)) return false;
      const fixed = "const" in one ? [one.const] : Array.isArray(one.enum) ? one.enum : undefined;
      return fixed !== undefined && !fixed.includes(value[name]) && fixed.every(item => !isObject(item));
    });
  });
}

function holding({ follow, always, branches }: Node, value: Json): readonly Json[] {
  if (branches.length === 0) return always;
  const found = new Set(always);
  const open: Json[] = [...branches];
  while (open.length > 0) {
    const branch = open.pop() as Json;
    if (found.has(branch) || isRuledOut(follow, branch, value)) continue;
    for (const schema of gather(follow, [branch], () => [])) {
      found.add(schema);
      open.push(...branchesOf(schema).filter(isObject));
    }
  }
  return [...found];
}

/** Of a schema that says something of other keys, and not merely that there may be some. */
const saysMore = (schema: unknown): boolean => isObject(schema) && Object.keys(schema).length > 0;

/** Whether the object is the body itself, without or with a list of its keys, or stands within. */
type Level = "top" | "listed" | "within";

/** The schemas of a key; none where it is left open, `undefined` where it is not declared. */
function schemasOf(held: readonly Json[], name: string, level: Level): unknown[] | undefined {
  const found: unknown[] = [];
  let isNamed = false;
  for (const { properties, patternProperties } of held) {
    if (properties === undefined && patternProperties === undefined) continue;
    isNamed = true;
    if (isObject(properties) && Object.hasOwn(properties, name)) found.push(properties[name]);
    if (level === "top" || !isObject(patternProperties)) continue;
    for (const [pattern, schema] of Object.entries(patternProperties)) {
      if (new RegExp(pattern, "u").test(name)) found.push(schema);
    }
  }
  if (found.length > 0) return found;
  if (level === "top") return undefined;
  const others = held.map(schema => schema.additionalProperties ?? schema.unevaluatedProperties);
  const declared = others.filter(saysMore);
  return declared.length > 0 || !isNamed || level === "listed" ? declared : undefined;
}

/** {@link schemasOf} where there are no branches: what is declared of a name is the same for every value. */
function schemasIn({ always, named }: Node, name: string, level: Level): readonly unknown[] | undefined {
  const known = named[level].get(name);
  if (known !== undefined) return known;
  const found = schemasOf(always, name, level);
  // A name that comes with the input would let the map grow without end.
  if (found && always.some(({ properties }) => hasName(properties, name))) named[level].set(name, found);
  return found;
}

function keepNamed(node: Node, value: unknown, level: Level = "within"): unknown {
  if (Array.isArray(value)) return keepItems(node, value);
  if (!isObject(value) || Object.prototype.toString.call(value) !== "[object Object]") return value;
  const { always } = node;
  const held = holding(node, value);
  let kept: Json | undefined;
  for (const name of Object.keys(value)) {
    const found = held === always ? schemasIn(node, name, level) : schemasOf(held, name, level);
    const item = value[name];
    const inner =
      found && typeof item === "object" && item !== null ? keepNamed(belowOf(node, name, found), item) : item;
    if (found !== undefined && inner === item) continue;
    kept ??= { ...value };
    if (found === undefined) delete kept[name];
    else kept[name] = inner;
  }
  return kept ?? value;
}

/** What is declared of a name alone may be kept: it is the same for every value where there are no branches. */
function belowOf(node: Node, name: string, found: readonly unknown[]): Node {
  const isSame =
    node.branches.length === 0 && node.always.some(({ properties }) => hasName(properties, name));
  if (!isSame) return nodeOf(node.follow, found);
  const made = node.below.get(name) ?? nodeOf(node.follow, found);
  node.below.set(name, made);
  return made;
}

const hasName = (properties: unknown, name: string): boolean =>
  isObject(properties) && Object.hasOwn(properties, name);

function itemOf(node: Node, index: number): Node | undefined {
  const { follow, all, items: made } = node;
  const at = Math.min(index, Math.max(0, ...all.map(({ prefixItems }) => listOf(prefixItems).length)));
  if (!made.has(at)) {
    const found = all.map(({ prefixItems, items, unevaluatedItems }) => {
      const prefix = listOf(prefixItems);
      return at < prefix.length ? prefix[at] : (items ?? unevaluatedItems);
    });
    made.set(at, found.some(isObject) ? nodeOf(follow, found) : undefined);
  }
  return made.get(at);
}

function keepItems(node: Node, list: readonly unknown[]): unknown {
  let kept: unknown[] | undefined;
  for (const [index, item] of list.entries()) {
    if (typeof item !== "object" || item === null) continue;
    const place = itemOf(node, index);
    const inner = place === undefined ? item : keepNamed(place, item);
    if (inner === item) continue;
    kept ??= [...list];
    kept[index] = inner;
  }
  return kept ?? list;
}

/** Whether a schema closes an object anywhere within. */
function hasClosed(root: Json): boolean {
  const seen = new Set<unknown>();
  const open: unknown[] = [root];
  while (open.length > 0) {
    const node = open.pop();
    if (typeof node !== "object" || node === null || seen.has(node)) continue;
    seen.add(node);
    const { additionalProperties, unevaluatedProperties } = node as Json;
    if (additionalProperties === false || unevaluatedProperties === false) return true;
    open.push(...Object.values(node));
  }
  return false;
}
