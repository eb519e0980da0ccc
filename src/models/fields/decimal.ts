import { trimEnd } from "../../core/trimEnd.ts";

const form = /^(-?)0*(0|[1-9]\d{0,199})(?:\.(\d{1,200}))?$/;

/** True for a decimal number as text: `"-12.30"`, at most 200 digits on either side of the point. */
export function isDecimal(text: string): boolean {
  return form.test(text);
}

const complement = (digits: string): string => digits.replace(/\d/g, digit => String(9 - Number(digit)));

/**
 * A text that sorts, byte by byte, as the number does, and is the same for all ways to write one number. Positive
 * numbers are led by `1` and the count of digits before the point; of negative ones every digit is turned around.
 *
 * @param text what {@link isDecimal} accepts
 */
export function decimalKey(text: string): string {
  const [, sign, whole = "0", fraction = ""] = form.exec(text) ?? [];
  const digits = trimEnd(fraction, "0");
  const key = `${String(whole.length).padStart(3, "0")}${whole}.${digits}`;
  return sign === "-" && /[1-9]/.test(key.slice(3)) ? `0${complement(key)}~` : `1${key}`;
}

/** The sortable key with the text as it was written behind it; see {@link fromSortable}. */
export function toSortable(text: string): string {
  return `${decimalKey(text)} ${text}`;
}

/** Sortable decimals end in the text as it was written: all ways to write a number lie between these two. */
export function sortableRange(value: unknown): readonly [from: string, to: string] {
  const key = decimalKey(value as string);
  return [`${key} `, `${key}!`];
}

/** The text as it was written, from {@link toSortable}'s form; anything else is given back as it is. */
export function fromSortable(stored: string): string {
  return stored.slice(stored.indexOf(" ") + 1);
}
