import { type PrivateField, privateField } from "../core/privateField.ts";
import type { Row } from "../core/types.ts";

/** Reads an item of DynamoDB as an object of a model; `undefined` when it is of another kind. */
export type ItemReader = (item: Record<string, never>) => Row | undefined;

const readers: PrivateField<ItemReader> = /* @__PURE__ */ privateField<ItemReader>();

/** Notes how a model reads the items of its table, for what gets them elsewhere: a stream. */
export function noteItemReader<M extends object>(model: M, read: ItemReader): M {
  readers.set(model, read);
  return model;
}

/** How a model reads items; `undefined` for one that has none. */
export const itemReaderOf = (model: object): ItemReader | undefined => readers.get(model);
