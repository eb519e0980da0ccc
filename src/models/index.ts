export { applyChanges, type Guard, sameState } from "./changes.ts";
export { checkKinds } from "./fields/checkObject.ts";
export type { KnownFields } from "./fields/knownFields.ts";
export { newId } from "./fields/newId.ts";
export { duplicate } from "./memory/uniqueIndex.ts";
export { asQueryset } from "./query/asQueryset.ts";
export { findIn } from "./query/findIn.ts";
export { type Find, type KeysetSource, keysetQueryset } from "./query/keysetQueryset.ts";
export type { OrderStep } from "./query/ordering.ts";
export type { Comparison, ConditionTree } from "./query/where.ts";
export type { OnDelete } from "./relations/foreignKey.ts";
export { many } from "./relations/many.ts";
export { one } from "./relations/one.ts";
export type {
  Many,
  ManyOptions,
  One,
  OneOptions,
  RelationsOf,
} from "./relations/types.ts";
export { asUser, type UserId } from "./stamps/asUser.ts";
export type { StampsOption } from "./stamps/types.ts";
export type {
  AllOptions,
  Condition,
  FieldKind,
  FullModel,
  FullQueryset,
  Model,
  ObjectOf,
  Operators,
  OrderKey,
  Page,
  PageRequest,
  Queryset,
  RelatedModel,
  RelatedOf,
  RelatedTo,
  Relation,
  Relations,
  Stamps,
  Where,
} from "./types.ts";
