import { BadRequest } from "../../core/errors.ts";
import { digitsOf, isExact, plainNumber } from "../../core/numberText.ts";
import { mapValues } from "../../core/objects.ts";
import { isDecimal } from "../fields/decimal.ts";
import type { KnownFields } from "../fields/knownFields.ts";
import { wholeNumber } from "../fields/storedNumber.ts";
import { isPlainObject } from "../fields/values.ts";
import { questionOf } from "../query/questions.ts";
import type { FieldKind } from "../types.ts";
import type { AttributeValue } from "./api.ts";

/** DynamoDB nests no deeper. */
const maxDepth = 32;

/** Four digits of a year keep ISO dates in the order of their instants. */
const firstDate = /* @__PURE__ */ Date.parse("0000-01-01T00:00:00.000Z");
const lastDate = /* @__PURE__ */ Date.parse("9999-12-31T23:59:59.999Z");

/**
 * A number's text without exponent and without zeros that mean nothing.
 *
 * @returns `undefined` for what is not a number, has more than 38 digits, or is beyond DynamoDB's range (1E-130 to
 * 9.99…E+125)
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
function numberText(text: string): string | undefined {
  const found = digitsOf(text);
  if (found === undefined) return undefined;
  const { sign, digits, point } = found;
  if (digits.length > 38 || point > 126 || point < -129) return undefined;
  const fraction = digits.length - point;
  return plainNumber(`${sign}${digits || "0"}e${-fraction}`);
}

function refuse(field: string, reason: string): never {
  throw new BadRequest(`${field} ${reason}`, { field });
}

function numberAttribute(value: number | bigint | string, field: string): AttributeValue {
  const text = numberText(String(value));
  return text === undefined
    ? refuse(field, "must be a number of at most 38 digits below 1E126")
    : { N: text };
}

function dateAttribute(value: Date, field: string): AttributeValue {
  const time = value.getTime();
  const fits = time >= firstDate && time <= lastDate;
  return fits ? { S: value.toISOString() } : refuse(field, "must be a date of the years 0000 to 9999");
}

function objectAttribute(value: object, field: string, depth: number): AttributeValue {
  if (depth > maxDepth) throw new BadRequest("Too deeply nested");
  if (value instanceof Date) return dateAttribute(value, field);
  if (value instanceof Uint8Array) return { B: value };
  if (Array.isArray(value)) {
    return { L: value.map((item: unknown) => anyAttribute(item ?? null, field, depth + 1)) };
  }
  if (!isPlainObject(value)) {
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON !== "function") return refuse(field, "has a value that can't be stored");
    return anyAttribute(toJSON.call(value), field, depth + 1);
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return { M: Object.fromEntries(entries.map(([key, item]) => [key, anyAttribute(item, field, depth + 1)])) };
}

function anyAttribute(value: unknown, field: string, depth: number): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === "string") return { S: value };
  if (typeof value === "boolean") return { BOOL: value };
  if (typeof value === "bigint" || (typeof value === "number" && Number.isFinite(value))) {
    return numberAttribute(value, field);
  }
  return typeof value === "object" ? objectAttribute(value, field, depth) : refuse(field, "can't be stored");
}

/**
 * A value as DynamoDB holds it: text as S, every kind of number as N, dates as ISO text (S), JSON as M and L, bytes as B,
 * `null` as NULL.
 *
 * @param kind what the field holds, where that is known
 * @param field its name, for messages
 * @throws BadRequest when DynamoDB has no form for the value
 */
export function toAttribute(kind: FieldKind | undefined, value: unknown, field: string): AttributeValue {
  if (kind === "decimal" && typeof value === "string" && isDecimal(value))
    return numberAttribute(value, field);
  return anyAttribute(value, field, 0);
}

/** As {@link toAttribute}, of an operand: `undefined` when nothing that is stored can equal it. */
export function toOperand(kind: FieldKind | undefined, value: unknown): AttributeValue | undefined {
  try {
    return toAttribute(kind, value, "");
  } catch {
    return undefined;
  }
}

/** A number to the digit: as a bigint or, behind the point, as text where JavaScript's numbers have too few. */
function fromNumber(text: string): number | bigint | string {
  const number = Number(text);
  if (isExact(text, number)) return number;
  const plain = numberText(text) ?? text;
  return /^-?\d+$/.test(plain) ? BigInt(plain) : plain;
}

function ofKind(kind: FieldKind, { S, N }: AttributeValue): unknown {
  if (N !== undefined) {
    if (kind === "integer") return wholeNumber(numberText(N) ?? N);
    if (kind === "real") return Number(N);
    if (kind === "decimal") return numberText(N) ?? N;
    const whole = kind === "bigint" ? numberText(N) : undefined;
    return whole !== undefined && !whole.includes(".") ? BigInt(whole) : undefined;
  }
  return S !== undefined && kind === "date" ? new Date(S) : undefined;
}

function fromAny(value: AttributeValue): unknown {
  const { S, N, BOOL, B, L, M, SS, NS, BS } = value;
  if (S !== undefined) return S;
  if (N !== undefined) return fromNumber(N);
  if (BOOL !== undefined) return BOOL;
  if (L !== undefined) return L.map(fromAny);
  if (M !== undefined) return mapValues(M, fromAny);
  return SS ?? NS?.map(fromNumber) ?? BS ?? B ?? null;
}

/** The value of an attribute; sets are read as lists, and what is not of the field's kind as what it is. */
export function fromAttribute(kind: FieldKind | undefined, value: AttributeValue): unknown {
  return (kind === undefined ? undefined : ofKind(kind, value)) ?? fromAny(value);
}

/**
 * A date of a field of unknown kind is stored as text, and so must be what it is compared with.
 *
 * @param where a condition as the caller wrote it
 */
export function datesAsText(where: unknown, fields: KnownFields): unknown {
  return fields === undefined ? withoutDates(where, 0) : where;
}

function withoutDates(value: unknown, depth: number): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? value : value.toISOString();
  if (depth > 200) return value;
  if (Array.isArray(value)) return value.map(item => withoutDates(item, depth + 1));
  // What stands for a question has values as they are stored, and is known by itself.
  if (!isPlainObject(value) || questionOf(value) !== undefined) return value;
  return mapValues(value, item => withoutDates(item, depth + 1));
}
