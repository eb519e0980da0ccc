import { readAnyValue, readValue } from "./checkValue.ts";
import type { FieldKind } from "./types.ts";

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const integer = /^-?\d+$/;
const booleans: Readonly<Record<string, boolean>> = { true: true, "1": true, false: false, "0": false };

/** ISO 8601: a day, or a day and a time with its zone; without a zone the time would depend on the machine. */
const isoDate = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

function readDate(text: string): Date | undefined {
  const [, day] = isoDate.exec(text) ?? [];
  if (day === undefined) return undefined;
  const midnight = new Date(`${day}T00:00:00Z`);
  // JavaScript rolls February 30th over into March.
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) return undefined;
  return new Date(text);
}

function parse(text: string, kind: FieldKind): unknown {
  switch (kind) {
    case "integer":
      return integer.test(text) ? Number(text) : undefined;
    case "real":
      return number.test(text) ? Number(text) : undefined;
    case "bigint":
      return /^-?\d{1,19}$/.test(text) ? BigInt(text) : undefined;
    case "boolean":
      return Object.hasOwn(booleans, text) ? booleans[text] : undefined;
    case "date":
      return readDate(text);
    default:
      return text;
  }
}

/**
 * Reads text of a URL as a value of a field.
 *
 * @param text as it was sent, decoded
 * @param kind what the field holds
 * @returns the value; `undefined` when the text is none of this kind
 */
export function readQueryValue(text: string, kind: FieldKind): unknown {
  return readValue(kind, parse(text, kind));
}

/**
 * Reads text of a URL for a field of which nothing is known: every value that writes itself like this, so that `18`
 * finds the number and the text.
 *
 * @returns the readings, the text last; none when it is no text that can be stored
 */
export function readQueryGuesses(text: string): unknown[] {
  if (readAnyValue(text) === undefined) return [];
  if (number.test(text) && Number.isFinite(Number(text))) return [Number(text), text];
  if (text === "true" || text === "false") return [text === "true", text];
  const date = readDate(text);
  return date === undefined ? [text] : [date, text];
}
