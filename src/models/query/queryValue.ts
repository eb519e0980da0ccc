import { readBigint, readDate } from "../../core/jsonText.ts";
import { exactOrNone } from "../../core/longNumbers.ts";
import { isExact } from "../../core/numberText.ts";
import { parseSafely } from "../../core/safeJson.ts";
import { readAnyValue, readValue } from "../fields/checkValue.ts";
import type { FieldKind } from "../types.ts";

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const integer = /^-?\d+$/;
/** No store has more digits. */
const longInteger = /^-?\d{1,38}$/;
const booleans: Readonly<Record<string, boolean>> = { true: true, "1": true, false: false, "0": false };

function parse(text: string, kind: FieldKind): unknown {
  switch (kind) {
    case "integer":
      return integer.test(text) ? Number(text) : undefined;
    case "real":
      return number.test(text) && isExact(text, Number(text)) ? Number(text) : undefined;
    case "bigint":
      return readBigint(text);
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

/** A number to the digit: as a bigint where a number has too few, and else none. */
function readNumber(text: string): (number | bigint)[] {
  if (isExact(text, Number(text))) return [Number(text)];
  return longInteger.test(text) ? [BigInt(text)] : [];
}

/**
 * Reads text of a URL for a field of which nothing is known: every value that writes itself like this, so that `18`
 * finds the number and the text.
 *
 * @returns the readings, the text last; none when it is not text that can be stored
 */
export function readQueryGuesses(text: string): unknown[] {
  if (readAnyValue(text) === undefined) return [];
  if (number.test(text)) return [...readNumber(text), text];
  if (text === "true" || text === "false") return [text === "true", text];
  const date = readDate(text);
  return date === undefined ? [text] : [date, text];
}

/** The object or the list that text of a URL is for a field of JSON; `undefined` when it is not one, and may be a text in it. */
export function readQueryJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return parseSafely(text, exactOrNone);
  } catch {
    return undefined;
  }
}
