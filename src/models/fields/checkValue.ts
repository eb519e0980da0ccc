import { plainNumber } from "../../core/numberText.ts";
import type { FieldKind } from "../types.ts";
import { isDecimal } from "./decimal.ts";

/** A value of a condition or a field, `null` aside. */
export type Value = string | number | bigint | boolean | Date | object;

/** Signed 64 bits: what a `bigint` column of any database holds. */
const fits64 = (value: bigint): boolean => BigInt.asIntN(64, value) === value;

/** What no database stores as text: NUL, and half a surrogate pair. */
const unstorable = /[\0\p{Surrogate}]/u;

/** Text that every database takes. */
export function isStorableText(value: unknown): value is string {
  return typeof value === "string" && !unstorable.test(value);
}

const isFiniteNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);
const isDate = (value: unknown): value is Date => value instanceof Date && !Number.isNaN(value.getTime());

const readers: Record<FieldKind, [wanted: string, read: (value: unknown) => Value | undefined]> = {
  text: ["text", value => (isStorableText(value) ? value : undefined)],
  integer: [
    "a whole number",
    value => {
      // Of a database that holds more than was declared.
      if (typeof value === "bigint" && !Number.isSafeInteger(Number(value)))
        return fits64(value) ? value : undefined;
      if (typeof value === "bigint") return Number(value);
      return Number.isSafeInteger(value) ? (value as number) : undefined;
    },
  ],
  real: ["a number", value => (isFiniteNumber(value) ? value : undefined)],
  boolean: ["true or false", value => (typeof value === "boolean" ? value : undefined)],
  date: ["a date", value => (isDate(value) ? value : undefined)],
  bigint: [
    "a whole number of 64 bits",
    value => {
      if (Number.isSafeInteger(value)) return BigInt(value as number);
      return typeof value === "bigint" && fits64(value) ? value : undefined;
    },
  ],
  decimal: [
    "a decimal number",
    value => {
      const text = typeof value === "number" ? plainNumber(String(value)) : value;
      if (typeof text === "bigint") return isDecimal(String(text)) ? String(text) : undefined;
      return typeof text === "string" && isDecimal(text) ? text : undefined;
    },
  ],
  json: ["JSON", value => (value === undefined ? undefined : (value as Value))],
};

/** Checks that a kind of field exists. @throws TypeError naming the caller and the field when `kind` is none of them */
export function checkKind(caller: string, field: string, kind: unknown): asserts kind is FieldKind {
  if (typeof kind === "string" && Object.hasOwn(readers, kind)) return;
  throw new TypeError(`${caller}: field "${field}" must be one of ${Object.keys(readers).join(", ")}`);
}

/** Says in words what a field of this kind holds, for messages. */
export function wantedOf(kind: FieldKind): string {
  return readers[kind][0];
}

/** The value as a field of this kind holds it; `undefined` when it does not fit. */
export function readValue(kind: FieldKind, value: unknown): Value | undefined {
  return readers[kind][1](value);
}

/** The value as a condition may compare it where nothing is known of the field; `undefined` when it has no such form. */
export function readAnyValue(value: unknown): Value | undefined {
  if (typeof value === "string") return isStorableText(value) ? value : undefined;
  if (typeof value === "boolean" || typeof value === "bigint" || isFiniteNumber(value) || isDate(value))
    return value;
  return undefined;
}
