/**
 * ISO 8601: a day, or a day and a time with its zone; without a zone the time would depend on the machine. Years beyond four
 * digits have six and a sign, as `toISOString` writes them.
 */
const isoDate =
  /^((?:\d{4}|[+-]\d{6})-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/**
 * A date as JSON and URLs have it.
 *
 * @param text `2020-02-29`, or with a time and its zone
 * @returns `undefined` for what is none
 * @see https://tc39.es/ecma262/#sec-date-time-string-format
 */
export function readDate(text: string): Date | undefined {
  const [, day] = isoDate.exec(text) ?? [];
  if (day === undefined) return undefined;
  const midnight = new Date(`${day}T00:00:00Z`);
  // JavaScript rolls February 30th over into March.
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().split("T")[0] !== day) return undefined;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/**
 * A whole number as JSON and URLs have it where 53 bits are too few.
 *
 * @param text up to 19 digits
 * @returns `undefined` for what is none
 */
export function readBigint(text: string): bigint | undefined {
  return /^-?\d{1,19}$/.test(text) ? BigInt(text) : undefined;
}
