export { asQueryset } from "./asQueryset.ts";
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
