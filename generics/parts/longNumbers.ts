import { tokensOf } from "../../src/core/jsonPointer.ts";
import {
  digitsLost,
  exactOrNone,
  type LongNumber,
  type NumberPath,
  type ReadLong,
} from "../../src/core/longNumbers.ts";
import { plainNumber } from "../../src/core/numberText.ts";
import { isObject, isRecord } from "../../src/core/objects.ts";
import { textFields } from "../../src/models/fields/jsonFields.ts";
import type { Model } from "../../src/models/types.ts";
import { takesBigint } from "../../src/schema/incoming.ts";
import type { StandardSchemaV1 } from "../../src/schema/standard.ts";

/** What is known of a body: which keys count, and what they hold. */
interface KnownNumbers<T> {
  model: Model<T>;
  keys: readonly string[];
  body: StandardSchemaV1 | undefined;
}

/**
 * What becomes of numbers with more digits than JavaScript's keep: where a field holds decimals or bigints they come as text of
 * digits, which is their form in JSON. What is of no key that counts is dropped later.
 *
 * @throws BadRequest naming the field whose digits would be lost
 */
function readNumber<T>(
  { model, keys, body }: KnownNumbers<T>,
  number: LongNumber,
  place: NumberPath,
): unknown {
  const [field, ...within] = place;
  if (field === undefined) return exactOrNone(number, place, undefined);
  if (!keys.includes(field)) return number.value;
  const kind = within.length === 0 ? textFields(model).get(field) : undefined;
  const isText = kind === "decimal" || kind === "bigint" || (body !== undefined && takesBigint(body, place));
  if (!isText) return exactOrNone(number, place, undefined);
  const text = plainNumber(number.text);
  if (text === undefined) throw digitsLost(place);
  return text;
}

/** Of a body that is an object. */
export const longNumbers =
  <T>(known: KnownNumbers<T>): ReadLong =>
  (number, place) =>
    readNumber(known, number, place);

/** Items with a number of which digits would be lost. */
const lost: WeakMap<object, unknown> = /* @__PURE__ */ new WeakMap();

/** Of the items of a list: one that is refused is none of the others' matter, see {@link checkItem}. */
export const longNumbersOfItems =
  <T>(known: KnownNumbers<T>): ReadLong =>
  (number, place, root) => {
    const [index, ...within] = place;
    const item: unknown = Array.isArray(root) ? root[Number(index)] : undefined;
    if (!isRecord(item) || within.length === 0) return exactOrNone(number, place, root);
    try {
      return readNumber(known, number, within);
    } catch (error) {
      lost.set(item, error);
      return number.value;
    }
  };

/** @throws BadRequest when digits of a number of the item would be lost */
export function checkItem(item: unknown): void {
  if (isRecord(item) && lost.has(item)) throw lost.get(item);
}

/** Of an object, or of the operations of a JSON Patch: those have the place that their pointer says. */
export const longNumbersOfChanges =
  <T>(known: KnownNumbers<T>): ReadLong =>
  (number, place, root) => {
    if (!Array.isArray(root)) return readNumber(known, number, place);
    const [index, member, ...within] = place;
    const operation: unknown = root[Number(index)];
    const pointer = isObject(operation) ? operation.path : undefined;
    if (member !== "value" || typeof pointer !== "string") return exactOrNone(number, place, root);
    return readNumber(known, number, [...tokensOf(pointer), ...within]);
  };
