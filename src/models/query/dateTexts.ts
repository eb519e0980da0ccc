import { readDate } from "../../core/jsonText.ts";
import type { Condition } from "./condition.ts";

/** How a date of JSON Schema is written that a model keeps as text. */
export type DateFormat = "date-time" | "date";

/** JSON Schema sets no bound to the digits of a second; readers of ISO 8601 take nine. */
const mostDigits = 9;

/** The texts of one moment in UTC. */
interface Moment {
  /** What all texts of this moment and of later ones sort behind. */
  readonly stem: string;
  /** The last text of its second. */
  readonly last: string;
  /** All that stand for it, whatever their precision. */
  readonly equal: readonly string[];
  /** Those of earlier moments that sort behind the stem: `Z` comes after every digit. */
  readonly before: readonly string[];
}

function momentOf(text: string): Moment | undefined {
  const [second] = readDate(text)?.toISOString().split(".") ?? [];
  if (second === undefined) return undefined;
  let [, digits = ""] = /\.(\d+)/.exec(text) ?? [];
  while (digits.endsWith("0")) digits = digits.slice(0, -1);
  const at = (fraction: string): string => (fraction === "" ? second : `${second}.${fraction}`);
  const equal: string[] = [];
  for (let count = digits.length; count <= mostDigits; count++) {
    const padded = at(digits.padEnd(count, "0"));
    equal.push(`${padded}Z`, `${padded}+00:00`);
  }
  const before = Array.from(digits, (_digit, count) => `${at(digits.slice(0, count))}Z`);
  return { stem: at(digits), last: `${second}Z`, equal, before };
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && readDate(text) !== undefined;
}

/**
 * The texts that a date may be stored as: of a moment those in UTC.
 *
 * @param text as it was sent, in any zone
 * @returns none when it is no date of this format
 */
export function sameDates(text: string, format: DateFormat): readonly string[] {
  if (format === "date") return isDay(text) ? [text] : [];
  return momentOf(text)?.equal ?? [];
}

/**
 * Compares dates that are stored as text, in UTC and with any digits of a second, by what they stand for.
 *
 * @param text as it was sent, in any zone
 * @returns `undefined` when it is no date of this format
 */
export function comparedDates(
  field: string,
  sign: string,
  text: string,
  format: DateFormat,
): Condition | undefined {
  if (format === "date") return isDay(text) ? { [field]: { [sign]: text } } : undefined;
  const moment = momentOf(text);
  if (moment === undefined) return undefined;
  const { stem, last, equal, before } = moment;
  const among = { [field]: { in: sign === "gt" || sign === "lte" ? [...before, ...equal] : before } };
  return sign === "gt" || sign === "gte"
    ? { and: [{ [field]: { gte: stem } }, { not: among }] }
    : { and: [{ [field]: { lte: last } }, { or: [{ [field]: { lt: stem } }, among] }] };
}
