export { asQueryset } from "./asQueryset.ts";
export { applyChanges, type Guard, sameState } from "./changes.ts";
export { checkKinds } from "./checkObject.ts";
export { findIn } from "./findIn.ts";
export { type Find, type KeysetSource, keysetQueryset } from "./keysetQueryset.ts";
export type { KnownFields } from "./knownFields.ts";
export { newId } from "./newId.ts";
export type { OrderStep } from "./ordering.ts";
export type {
  Condition,
  FieldKind,
  Model,
  ObjectOf,
  Operators,
  OrderKey,
  Page,
  PageRequest,
  Queryset,
  Where,
} from "./types.ts";
export { duplicate } from "./uniqueIndex.ts";
export type { Comparison, ConditionTree } from "./where.ts";
