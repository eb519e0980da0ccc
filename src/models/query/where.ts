import { BadRequest } from "../../core/errors.ts";
import { readAnyValue, readValue, type Value, wantedOf } from "../fields/checkValue.ts";
import { type KnownFields, kindOfField, shownName } from "../fields/knownFields.ts";
import { foldCase, isPlainObject } from "../fields/values.ts";
import type { FieldKind } from "../types.ts";
import { lettersOf } from "./letterCases.ts";
import { pose, questionOf } from "./questions.ts";

/** One comparison with a value that is never null. A field that is null passes none of them. */
export interface Comparison {
  op: "eq" | "gt" | "gte" | "lt" | "lte" | "contains" | "startsWith" | "endsWith";
  field: string;
  /** `undefined` where nothing is known of the field. */
  kind: FieldKind | undefined;
  value: Value;
  /** Whether `1.0` and `1.00` differ where the engine sorts them apart; positions go by it. */
  exact?: boolean;
}

/** The operators that have a sign, the same in every database. */
export const signs = { eq: "=", gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/** Where a text is looked for in another. */
export type TextPlace = "anywhere" | "start" | "end" | "whole";

/**
 * A condition, checked and made small: what every engine evaluates. Each node is true or false, never unknown; `or`
 * of nothing is false, `and` of nothing true.
 */
export type ConditionTree =
  | Comparison
  | { op: "in"; field: string; kind: FieldKind | undefined; values: Value[] }
  | { op: "isNull"; field: string }
  /** Whatever the case. The text is folded: {@link foldCase}. @defaultValue anywhere */
  | { op: "search"; fields: string[]; text: string; place?: TextPlace }
  | { op: "and" | "or"; nodes: ConditionTree[] }
  | { op: "not"; node: ConditionTree };

/** The names of all operators that a condition may use. */
export const operatorNames: readonly string[] = [
  "eq",
  "ne",
  "gt",
  "gte",
  "lt",
  "lte",
  "between",
  "in",
  "notIn",
  "contains",
  "startsWith",
  "endsWith",
  "ieq",
  "icontains",
  "istartsWith",
  "iendsWith",
  "isNull",
];

/** Where each operator that does not mind the case looks. */
const places: Readonly<Record<string, TextPlace>> = {
  ieq: "whole",
  icontains: "anywhere",
  istartsWith: "start",
  iendsWith: "end",
};

const maxDepth = 50;
const maxValues = 10_000;
/** The longest text that is looked for within others, whoever asks. */
export const maxSearch = 1000;
/** Letters beyond ASCII that have two cases: engines without Unicode fold each by a step of its own. */
const maxLetters = 64;

function refuse(field: string, reason: string): never {
  throw new BadRequest(`Invalid filter: ${shownName(field)}${reason}`, { field: shownName(field) });
}

const negated = (node: ConditionTree): ConditionTree => ({ op: "not", node });

function checked(field: string, kind: FieldKind | undefined, value: unknown): Value {
  if (value === undefined) refuse(field, " is undefined");
  const read = kind === undefined ? readAnyValue(value) : readValue(kind, value);
  if (read === undefined) {
    refuse(field, kind === undefined ? " has a value that can't be compared" : ` must be ${wantedOf(kind)}`);
  }
  return read;
}

function equals(field: string, kind: FieldKind | undefined, value: unknown): ConditionTree {
  if (value === null) return { op: "isNull", field };
  return { op: "eq", field, kind, value: checked(field, kind, value) };
}

function oneOf(field: string, kind: FieldKind | undefined, list: unknown, name = "in"): ConditionTree {
  if (!Array.isArray(list)) refuse(field, `: ${name} takes a list`);
  if (list.length > maxValues) refuse(field, ` has more than ${maxValues} values`);
  const values = list.filter(item => item !== null).map(item => checked(field, kind, item));
  const node: ConditionTree = { op: "in", field, kind, values };
  return values.length < list.length ? { op: "or", nodes: [{ op: "isNull", field }, node] } : node;
}

/** A bound between two whole numbers moves to the one that bounds the same; databases differ on the fraction. */
function whole(op: "gt" | "gte" | "lt" | "lte", kind: FieldKind | undefined, value: unknown): unknown {
  if (typeof value !== "number" || (kind !== "integer" && kind !== "bigint")) return value;
  return op === "gt" || op === "lte" ? Math.floor(value) : Math.ceil(value);
}

function bound(
  op: "gt" | "gte" | "lt" | "lte",
  field: string,
  kind: FieldKind | undefined,
  value: unknown,
): Comparison {
  if (kind === "json") refuse(field, ` has no order, which ${op} needs`);
  return { op, field, kind, value: checked(field, kind, whole(op, kind, value)) };
}

function between(field: string, kind: FieldKind | undefined, ends: unknown): ConditionTree {
  if (!Array.isArray(ends) || ends.length !== 2) refuse(field, ": between takes a list of two");
  return { op: "and", nodes: [bound("gte", field, kind, ends[0]), bound("lte", field, kind, ends[1])] };
}

/** A text that is looked for in a field of text. */
function textFor(name: string, field: string, kind: FieldKind | undefined, value: unknown): string {
  if (kind !== undefined && kind !== "text") refuse(field, ` is not text, which ${name} compares`);
  if (typeof value === "string" && value.length > maxSearch) {
    refuse(field, `: ${name} takes at most ${maxSearch} characters`);
  }
  return checked(field, "text", value) as string;
}

function inAnyCase(
  name: string,
  field: string,
  kind: FieldKind | undefined,
  value: unknown,
): ConditionTree | undefined {
  if (!Object.hasOwn(places, name)) return undefined;
  const text = foldCase(textFor(name, field, kind, value));
  if (lettersOf(text).others.length > maxLetters) {
    refuse(field, `: ${name} takes at most ${maxLetters} different letters beyond ASCII`);
  }
  return { op: "search", fields: [field], text, place: places[name] };
}

function operator(name: string, field: string, kind: FieldKind | undefined, value: unknown): ConditionTree {
  if (value === undefined) refuse(field, `: ${shownName(name)} is undefined`);
  switch (name) {
    case "eq":
      return equals(field, kind, value);
    case "ne":
      return negated(equals(field, kind, value));
    case "in":
      return oneOf(field, kind, value);
    case "notIn":
      return negated(oneOf(field, kind, value, name));
    case "isNull":
      if (typeof value !== "boolean") refuse(field, ": isNull takes true or false");
      return value ? { op: "isNull", field } : negated({ op: "isNull", field });
    case "contains":
    case "startsWith":
    case "endsWith":
      return { op: name, field, kind, value: textFor(name, field, kind, value) };
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return bound(name, field, kind, value);
    case "between":
      return between(field, kind, value);
    default:
      return inAnyCase(name, field, kind, value) ?? refuse(field, `: unknown operator ${shownName(name)}`);
  }
}

function fieldCondition(field: string, condition: unknown, fields: KnownFields): ConditionTree {
  const kind = kindOfField(field, fields);
  if (Array.isArray(condition)) return oneOf(field, kind, condition);
  if (!isPlainObject(condition)) return equals(field, kind, condition);
  const nodes = Object.entries(condition).map(([name, value]) => operator(name, field, kind, value));
  if (nodes.length === 0) refuse(field, " has no operator");
  return joined(nodes);
}

const joined = (nodes: ConditionTree[]): ConditionTree =>
  nodes.length === 1 ? (nodes[0] as ConditionTree) : { op: "and", nodes };

function group(op: "and" | "or", list: unknown, fields: KnownFields, depth: number): ConditionTree {
  if (!Array.isArray(list)) refuse(op, " takes a list of conditions");
  return { op, nodes: list.map(item => compile(item, fields, depth)) };
}

function compile(where: unknown, fields: KnownFields, depth: number): ConditionTree {
  if (!isPlainObject(where)) throw new BadRequest("Invalid filter: a condition must be an object");
  if (depth > maxDepth) throw new BadRequest("Invalid filter: too deeply nested");
  const nodes = Object.entries(where).map(([name, condition]) => {
    if (name === "and" || name === "or") return group(name, condition, fields, depth + 1);
    if (name === "not") return negated(compile(condition, fields, depth + 1));
    return fieldCondition(name, condition, fields);
  });
  const question = questionOf(where);
  // One that stands for a question is a node of its own, whatever else is asked.
  return question === undefined ? joined(nodes) : pose({ ...joined(nodes) }, question);
}

/**
 * Checks a `Where` and makes the tree of it that the engines evaluate. A list is `in`, an object is a set of operators
 * (`{ tags: { eq: ["a"] } }` compares a JSON field), anything else must be equalled. `ne`, `notIn` and `not` are the
 * full complement: they hold for nulls as well.
 *
 * @param where what the caller asks for
 * @param fields the model's fields; without them any field and any comparable value passes
 * @throws BadRequest naming the field, on an unknown field or operator, `undefined`, or a value of the wrong shape
 */
export function compileWhere(where: unknown, fields: KnownFields): ConditionTree {
  return compile(where, fields, 0);
}

/**
 * Checks a search. Only text is searched: any other field never matches.
 *
 * @throws BadRequest on an unknown field, or a text that is none, is longer than 1000 characters, has more than 64
 * different letters beyond ASCII or holds a NUL
 */
export function compileSearch(text: unknown, names: readonly string[], fields: KnownFields): ConditionTree {
  const value = readValue("text", text);
  if (typeof value !== "string" || value.length > maxSearch) throw new BadRequest("Invalid search");
  const folded = foldCase(value);
  if (lettersOf(folded).others.length > maxLetters) throw new BadRequest("Invalid search");
  const searched = names.filter(name => (kindOfField(name, fields) ?? "text") === "text");
  return { op: "search", fields: searched, text: folded };
}

/** Both must hold. The tree stays flat, however often a queryset is narrowed. */
export function both(first: ConditionTree | undefined, second: ConditionTree): ConditionTree {
  if (first === undefined) return second;
  const isPlain = first.op === "and" && questionOf(first) === undefined;
  return { op: "and", nodes: [...(isPlain ? first.nodes : [first]), second] };
}
