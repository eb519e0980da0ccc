import { digitsOf, isExact } from "../../core/numberText.ts";

/**
 * A whole number as a database gave it. Beyond 2^53 it is a bigint: JSON has that as text, to the digit.
 *
 * @param stored a number, a bigint, or the text of one
 */
export function wholeNumber(stored: unknown): number | bigint {
  if (typeof stored === "number") return stored;
  const number = Number(stored);
  const isLong = !Number.isSafeInteger(number) && /^-?\d+$/.test(String(stored));
  return isLong ? BigInt(stored as string) : number;
}

/** Digits behind the point, zeros at the end aside. */
function placesOf(value: unknown): number {
  const found = digitsOf(String(value));
  return found === undefined ? 0 : Math.max(0, found.digits.length - found.point);
}

/**
 * Why a column would not keep a number to the digit.
 *
 * @param value a number, or the text of one
 * @param scale how many digits the column has behind the point
 * @returns what must be, for a message; `undefined` when it is kept
 */
export function lostBeyond(value: unknown, scale: number): string | undefined {
  if (placesOf(value) <= scale) return undefined;
  return scale <= 0 ? "must be a whole number" : `must have at most ${scale} digits behind the point`;
}

/** What a column says of that which has so many digits behind the point, or any number of them. */
export function losing(scale: number | undefined): { loses?: (value: unknown) => string | undefined } {
  return scale === undefined ? {} : { loses: value => lostBeyond(value, scale) };
}

/** {@link lostBeyond} of a column that keeps numbers as SQLite does: as 64 bits whole, else as a double. */
export function lostInSqlite(text: string): string | undefined {
  const isWhole = /^-?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
  return isWhole || isExact(text, Number(text)) ? undefined : "has more digits than its column keeps";
}
