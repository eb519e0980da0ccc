import type { Row } from "../../core/types.ts";
import { decimalKey, isDecimal } from "../fields/decimal.ts";
import { classOf, compareText, compareValues, foldCase } from "../fields/values.ts";
import type { FieldKind } from "../types.ts";
import type { Comparison, ConditionTree, TextPlace } from "./where.ts";

/** Below, at or above zero; `undefined` where the two can't be compared. */
function compared(kind: FieldKind | undefined, stored: unknown, value: unknown): number | undefined {
  if (stored === null || stored === undefined) return undefined;
  if (kind === "decimal" && typeof stored === "string" && isDecimal(stored)) {
    return compareText(decimalKey(stored), decimalKey(value as string));
  }
  return classOf(stored) === classOf(value) ? compareValues(stored, value) : undefined;
}

function holdsText(stored: string, text: string, place: TextPlace = "anywhere"): boolean {
  if (place === "start") return stored.startsWith(text);
  if (place === "end") return stored.endsWith(text);
  return place === "whole" ? stored === text : stored.includes(text);
}

function passes({ op, kind, value }: Comparison, stored: unknown): boolean {
  if (op === "contains") return typeof stored === "string" && stored.includes(value as string);
  if (op === "startsWith") return typeof stored === "string" && stored.startsWith(value as string);
  if (op === "endsWith") return typeof stored === "string" && stored.endsWith(value as string);
  const order = compared(kind, stored, value);
  if (order === undefined) return false;
  if (op === "eq") return order === 0;
  if (op === "gt") return order > 0;
  if (op === "gte") return order >= 0;
  return op === "lt" ? order < 0 : order <= 0;
}

/** Whether an object fulfils a condition, evaluated in memory. */
export function matches(tree: ConditionTree, object: object): boolean {
  const row = object as Row;
  switch (tree.op) {
    case "and":
      return tree.nodes.every(node => matches(node, row));
    case "or":
      return tree.nodes.some(node => matches(node, row));
    case "not":
      return !matches(tree.node, row);
    case "isNull":
      return row[tree.field] === null || row[tree.field] === undefined;
    case "in":
      return tree.values.some(value => compared(tree.kind, row[tree.field], value) === 0);
    case "search":
      return tree.fields.some(field => {
        const stored = row[field];
        return typeof stored === "string" && holdsText(foldCase(stored), tree.text, tree.place);
      });
    default:
      return passes(tree, row[tree.field]);
  }
}
