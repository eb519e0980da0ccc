import { type ConditionTree, signs } from "../query/where.ts";
import type { AttributeValue, Item } from "./api.ts";
import { isPlain, partsOf, type TableLayout } from "./layout.ts";
import { toOperand } from "./values.ts";

/** DynamoDB takes 4096 bytes of an expression, and 300 operators. */
const longest = 4000;
const mostOperators = 300;

/** `IN` takes 100 operands. */
const mostOperands = 100;

const nullType: AttributeValue = { S: "NULL" };

/**
 * A part of an expression: a comparison, or several that a word joins. DynamoDB refuses parentheses that change nothing, so
 * that they are set where a part is put into another, and only where that binds more tightly.
 */
export interface Piece {
  readonly text: string;
  /** The word that joins its parts; absent where it is one. */
  readonly word?: "AND" | "OR";
  /** How many operators and functions it has. */
  readonly operators: number;
}

const atom = (text: string, operators = 1): Piece => ({ text, operators });

/** Parts of which all must hold, or one of which must. */
export function join(word: "AND" | "OR", pieces: readonly Piece[]): Piece {
  const [first, ...more] = pieces;
  if (first !== undefined && more.length === 0) return first;
  const texts = pieces.map(piece => (word === "AND" && piece.word === "OR" ? `(${piece.text})` : piece.text));
  const operators = pieces.reduce((sum, piece) => sum + piece.operators, pieces.length - 1);
  return { text: texts.join(` ${word} `), word, operators };
}

/** `a = :b`, or any other comparison. */
export const compared = (left: string, sign: string, right: string): Piece =>
  atom(`${left} ${sign} ${right}`);

/** `attribute_exists(a)`, or any other function. */
export const called = (name: string, ...operands: string[]): Piece => atom(`${name}(${operands.join(", ")})`);

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
      if (typeof child === "boolean") return !child;
      return child.op === "not" ? child.node : { op: "not", node: child };
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

/** Fields that are not attributes of their own name and form. */
export function computedFields({ idForm, idKey, table, indexes }: TableLayout): ReadonlySet<string> {
  const shaped = partsOf([table, ...indexes]).filter(part => part.attribute === part.field && !isPlain(part));
  return new Set([...shaped.map(({ attribute }) => attribute), ...(idForm === "both" ? [idKey] : [])]);
}

/** Which attributes have an order: text, numbers and bytes. */
const hasOrder = ({ S, N, B }: AttributeValue): boolean =>
  S !== undefined || N !== undefined || B !== undefined;

/** Whether DynamoDB can decide, to the same end, if a condition holds; `unusable` are fields that it may not look at. */
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
    default: {
      // DynamoDB has no function for the end of a text.
      if (unusable.has(node.field) || node.kind === "json" || node.op === "endsWith") return false;
      const operand = toOperand(node.kind, node.value);
      return operand !== undefined && (node.op === "eq" || hasOrder(operand));
    }
  }
}

/** A condition in DynamoDB's words. What an item has not is neither equal, nor above, nor below. */
function pieceOf(node: ConditionTree, bound: Bindings): Piece {
  switch (node.op) {
    case "and":
    case "or":
      return join(
        node.op === "or" ? "OR" : "AND",
        node.nodes.map(child => pieceOf(child, bound)),
      );
    case "not": {
      const { text, word, operators } = pieceOf(node.node, bound);
      return atom(word ? `NOT (${text})` : `NOT ${text}`, operators + 1);
    }
    case "isNull":
      return isNull(node.field, bound);
    case "in":
      return inPiece(node, bound);
    case "search":
      throw new TypeError("dynamoModel: a search is not an expression");
    default:
      return comparison(node, bound);
  }
}

/** `null` may be written, or be the absence of the attribute. */
export function isNull(attribute: string, bound: Bindings): Piece {
  const name = bound.name(attribute);
  return join("OR", [
    called("attribute_not_exists", name),
    called("attribute_type", name, bound.value(nullType)),
  ]);
}

function inPiece(node: Extract<ConditionTree, { op: "in" }>, bound: Bindings): Piece {
  const name = bound.name(node.field);
  const operands = node.values.map(value => bound.value(toOperand(node.kind, value) as AttributeValue));
  const groups: Piece[] = [];
  for (let at = 0; at < operands.length; at += mostOperands) {
    groups.push(atom(`${name} IN (${operands.slice(at, at + mostOperands).join(", ")})`));
  }
  return join("OR", groups);
}

type Compared = Exclude<ConditionTree, { op: "and" | "or" | "not" | "isNull" | "in" | "search" }>;

function comparison(node: Compared, bound: Bindings): Piece {
  const name = bound.name(node.field);
  if (node.op === "endsWith") throw new TypeError("dynamoModel: the end of a text is not an expression");
  if (node.op !== "contains" && node.op !== "startsWith") {
    return compared(name, signs[node.op], bound.value(toOperand(node.kind, node.value) as AttributeValue));
  }
  // Lists contain as well; only text is meant.
  const isText = called("attribute_type", name, bound.value({ S: "S" }));
  if (node.value === "") return isText;
  const part = bound.value({ S: node.value as string });
  return join("AND", [isText, called(node.op === "contains" ? "contains" : "begins_with", name, part)]);
}

/**
 * The conditions of which all must hold, as parts of one expression: as many of them as it has room for.
 *
 * @returns the parts, and whether they say all
 */
export function filterPieces(
  nodes: readonly ConditionTree[],
  bound: Bindings,
): { pieces: readonly Piece[]; isWhole: boolean } {
  const pieces: Piece[] = [];
  let used = 0;
  let operators = 0;
  for (const node of nodes) {
    // Measured with the shortest placeholders; none of a whole request is longer by more than half.
    const measured = pieceOf(node, bindings());
    used += measured.text.length * 1.5 + 7;
    operators += measured.operators + 1;
    if (used > longest || operators > mostOperators - 10) return { pieces, isWhole: false };
    pieces.push(pieceOf(node, bound));
  }
  return { pieces, isWhole: true };
}
