import { trimEnd } from "./trimEnd.ts";

/** A number as it is written, in JSON or in JavaScript. */
const form = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** What a number's text says, whatever way it is written. */
export interface NumberDigits {
  /** `"-"` or nothing. */
  sign: string;
  /** Its digits from the first that is not zero to the last; none for zero. */
  digits: string;
  /** Where the point stands, counted from the first of them. */
  point: number;
}

/**
 * The digits of a number.
 *
 * @param text a decimal number, with or without an exponent
 * @returns `undefined` for what is none
 */
export function digitsOf(text: string): NumberDigits | undefined {
  const found = form.exec(text);
  if (found === null) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = found;
  const all = whole + fraction;
  const lead = all.search(/[1-9]/);
  if (lead < 0) return { sign: "", digits: "", point: 0 };
  return { sign, digits: trimEnd(all.slice(lead), "0"), point: whole.length - lead + Number(exponent) };
}

/** Whether a number of JavaScript has every digit of the text that it was made of. */
export function isExact(text: string, value: number): boolean {
  const [one, other] = [digitsOf(text), digitsOf(String(value))];
  if (one === undefined || other === undefined) return false;
  return one.sign === other.sign && one.digits === other.digits && one.point === other.point;
}

/**
 * A number's text without an exponent: `"1e-7"` is `"0.0000001"`. Zeros that are written stay where there is none.
 *
 * @param text a decimal number
 * @param most how many digits it may have on either side of the point
 * @returns `undefined` for what is not a number, or has more
 */
export function plainNumber(text: string, most = 200): string | undefined {
  const found = digitsOf(text);
  if (found === undefined) return undefined;
  if (!/[eE]/.test(text)) return text;
  const { sign, digits, point } = found;
  if (digits === "") return "0";
  if (point > most || digits.length - point > most) return undefined;
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return `${sign}${digits.padEnd(point, "0")}`;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
