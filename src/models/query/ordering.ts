import { BadRequest } from "../../core/errors.ts";
import type { Row } from "../../core/types.ts";
import { isDecimal, toSortable } from "../fields/decimal.ts";
import { type KnownFields, kindOfField } from "../fields/knownFields.ts";
import { compareText, compareValues } from "../fields/values.ts";
import type { FieldKind, PageRequest } from "../types.ts";

/** One step of an order. */
export interface OrderStep {
  field: string;
  descending: boolean;
}

/**
 * Makes a total order of the keys: repeated ones are dropped, and the id comes last, ascending.
 *
 * @throws BadRequest on a key that is not a field of the model, or that has no order
 */
export function orderSteps(keys: readonly unknown[], idKey: string, fields: KnownFields): OrderStep[] {
  const steps = new Map<string, OrderStep>();
  for (const key of [...keys, idKey]) {
    if (typeof key !== "string") throw new BadRequest("Invalid order");
    const descending = key.startsWith("-");
    const field = descending ? key.slice(1) : key;
    if (kindOfField(field, fields) === "json") {
      throw new BadRequest(`Invalid order: ${field} has no order`, { field });
    }
    if (!steps.has(field)) steps.set(field, { field, descending });
    if (field === idKey) break;
  }
  return [...steps.values()];
}

/** What the values of a position are, one by one. */
export function kindsOfSteps(steps: readonly OrderStep[], fields: KnownFields): (FieldKind | undefined)[] {
  return steps.map(({ field }) => fields?.[field]);
}

/** The values by which an object stands where it does. */
export function positionOf(object: object, steps: readonly OrderStep[]): unknown[] {
  return steps.map(({ field }) => (object as Row)[field] ?? null);
}

const sortable = (value: unknown): unknown =>
  typeof value === "string" && isDecimal(value) ? toSortable(value) : value;

/** Compares two positions: nulls come first where a step ascends, last where it descends. */
export function comparePositions(
  a: readonly unknown[],
  b: readonly unknown[],
  steps: readonly OrderStep[],
  fields: KnownFields,
): number {
  for (const [at, { field, descending }] of steps.entries()) {
    const left = a[at];
    const right = b[at];
    const isText = typeof left === "string" && typeof right === "string";
    let order: number;
    if (fields?.[field] === "decimal") order = compareValues(sortable(left), sortable(right));
    else order = isText ? compareText(left, right) : compareValues(left, right);
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/**
 * Checks which page is asked for.
 *
 * @throws BadRequest naming what is malformed
 */
export function checkPage(request: PageRequest): Required<Pick<PageRequest, "limit" | "offset">> {
  const { limit, offset, cursor } = request;
  for (const [field, value] of Object.entries({ limit, offset })) {
    if (value !== undefined && !isCount(value)) {
      throw new BadRequest(`${field} must be a whole number of at least 0`, { field });
    }
  }
  if (offset !== undefined && cursor !== undefined) {
    throw new BadRequest("offset and cursor exclude each other", { field: "offset" });
  }
  return { limit: limit ?? Number.POSITIVE_INFINITY, offset: offset ?? 0 };
}
