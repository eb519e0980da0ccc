import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { isPlain, type Layout, partsOf } from "./dynamoLayout.ts";
import { type Item, toOperand } from "./dynamoValues.ts";
import type { ConditionTree } from "./where.ts";

/** DynamoDB takes 4096 bytes of an expression. */
const longest = 4000;

/** `IN` takes 100 operands. */
const mostOperands = 100;

const nullType: AttributeValue = { S: "NULL" };

/** Stands in expressions for names and values, so that none is ever part of their text. */
export interface Bindings {
  name(attribute: string): string;
  value(value: AttributeValue): string;
  /** What goes with the request; DynamoDB refuses empty ones. */
  input(): { ExpressionAttributeNames?: Record<string, string>; ExpressionAttributeValues?: Item };
}

/** Placeholders of one request. */
export function bindings(): Bindings {
  const names = new Map<string, string>();
  const values: Item = {};
  let count = 0;
  return {
    name(attribute) {
      if (!names.has(attribute)) names.set(attribute, `#n${names.size}`);
      return names.get(attribute) as string;
    },
    value(value) {
      const placeholder = `:v${count++}`;
      values[placeholder] = value;
      return placeholder;
    },
    input: () => ({
      ...(names.size > 0 && {
        ExpressionAttributeNames: Object.fromEntries([...names].map(([name, short]) => [short, name])),
      }),
      ...(count > 0 && { ExpressionAttributeValues: values }),
    }),
  };
}

/**
 * A condition without what is always true or never: a comparison with what can't be stored is never.
 *
 * @returns `true` or `false` where the whole is decided
 */
export function folded(node: ConditionTree): ConditionTree | boolean {
  switch (node.op) {
    case "and":
    case "or": {
      const decides = node.op === "or";
      const nodes = node.nodes.map(folded);
      if (nodes.includes(decides)) return decides;
      const open = nodes.filter(child => typeof child !== "boolean");
      return open.length === 0 ? !decides : { op: node.op, nodes: open };
    }
    case "not": {
      const child = folded(node.node);
      return typeof child === "boolean" ? !child : { op: "not", node: child };
    }
    case "eq":
      return toOperand(node.kind, node.value) === undefined ? false : node;
    case "in": {
      const values = node.values.filter(value => toOperand(node.kind, value) !== undefined);
      return values.length === 0 ? false : { ...node, values };
    }
    default:
      return node;
  }
}

/** The conditions of which all must hold. */
export function conjunctsOf(node: ConditionTree): ConditionTree[] {
  return node.op === "and" ? node.nodes.flatMap(conjunctsOf) : [node];
}

/** Fields that are no attribute of their own name and form. */
export function computedFields({ idForm, idKey, table, indexes }: Layout): ReadonlySet<string> {
  const shaped = partsOf([table, ...indexes]).filter(part => part.attribute === part.field && !isPlain(part));
  return new Set([...shaped.map(({ attribute }) => attribute), ...(idForm === "both" ? [idKey] : [])]);
}

/** Whether DynamoDB can tell, to the same end, if a condition holds; `unusable` are fields that it may not look at. */
export function isExpressible(node: ConditionTree, unusable: ReadonlySet<string>): boolean {
  switch (node.op) {
    case "and":
    case "or":
      return node.nodes.every(child => isExpressible(child, unusable));
    case "not":
      return isExpressible(node.node, unusable);
    case "search":
      return false;
    case "isNull":
      return !unusable.has(node.field);
    case "in":
      return !unusable.has(node.field) && node.kind !== "json";
    default:
      return (
        !unusable.has(node.field) && node.kind !== "json" && toOperand(node.kind, node.value) !== undefined
      );
  }
}

const signs = { eq: "=", gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/** A condition in DynamoDB's words. What an item has not is neither equal, nor above, nor below. */
function textOf(node: ConditionTree, bound: Bindings): string {
  switch (node.op) {
    case "and":
    case "or":
      return `(${node.nodes.map(child => textOf(child, bound)).join(node.op === "or" ? " OR " : " AND ")})`;
    case "not":
      return `(NOT ${textOf(node.node, bound)})`;
    case "isNull":
      return isNullText(node.field, bound);
    case "in":
      return inText(node, bound);
    case "search":
      throw new TypeError("dynamoModel: a search is no expression");
    default:
      return comparisonText(node, bound);
  }
}

/** `null` may be written, or be the absence of the attribute. */
export function isNullText(attribute: string, bound: Bindings): string {
  const name = bound.name(attribute);
  return `(attribute_not_exists(${name}) OR attribute_type(${name}, ${bound.value(nullType)}))`;
}

function inText(node: Extract<ConditionTree, { op: "in" }>, bound: Bindings): string {
  const name = bound.name(node.field);
  const operands = node.values.map(value => bound.value(toOperand(node.kind, value) as AttributeValue));
  const groups: string[] = [];
  for (let at = 0; at < operands.length; at += mostOperands) {
    groups.push(`${name} IN (${operands.slice(at, at + mostOperands).join(", ")})`);
  }
  return `(${groups.join(" OR ")})`;
}

type Compared = Exclude<ConditionTree, { op: "and" | "or" | "not" | "isNull" | "in" | "search" }>;

function comparisonText(node: Compared, bound: Bindings): string {
  const name = bound.name(node.field);
  if (node.op !== "contains" && node.op !== "startsWith") {
    return `(${name} ${signs[node.op]} ${bound.value(toOperand(node.kind, node.value) as AttributeValue)})`;
  }
  // Lists contain as well; only text is meant.
  const isText = `attribute_type(${name}, ${bound.value({ S: "S" })})`;
  if (node.value === "") return isText;
  const part = bound.value({ S: node.value as string });
  return `(${isText} AND ${node.op === "contains" ? "contains" : "begins_with"}(${name}, ${part}))`;
}

/**
 * The conditions of which all must hold, as one expression: as many of them as it has room for.
 *
 * @returns its text, `undefined` when it is of none, and whether it says all
 */
export function filterText(
  nodes: readonly ConditionTree[],
  bound: Bindings,
): { text: string | undefined; isWhole: boolean } {
  const texts: string[] = [];
  let used = 0;
  for (const node of nodes) {
    // Measured with the shortest placeholders; none of a whole request is longer by more than half.
    used += textOf(node, bindings()).length * 1.5 + 5;
    if (used > longest) return { text: joined(texts), isWhole: false };
    texts.push(textOf(node, bound));
  }
  return { text: joined(texts), isWhole: true };
}

const joined = (texts: readonly string[]): string | undefined =>
  texts.length === 0 ? undefined : texts.join(" AND ");
