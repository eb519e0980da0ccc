/** What a piece of work costs: the processor's time, since other processes take none of that. In microseconds. */
function cost(work: () => unknown): number {
  const { user, system } = process.cpuUsage();
  work();
  const after = process.cpuUsage({ user, system });
  return after.user + after.system;
}

/** The least of a few tries: what else goes on in the process only adds. */
function least(work: () => unknown): number {
  return Math.min(...[0, 1, 2].map(() => cost(work)));
}

/** Work that is done in no time at this size is not a danger; a million steps for each of 64 thousand characters is. */
const quick = 25_000;

/**
 * How much more work eight times the input makes: about 8 where it grows with the input, 64 where it grows with its square.
 *
 * @param make makes the work for an input of a size
 * @param size the smaller size; the larger is eight times that
 * @returns the ratio, the best of eight; 1 where the larger one takes no time worth to be measured
 */
export function growth(make: (size: number) => () => unknown, size = 8192): number {
  const large = make(8 * size);
  if (cost(large) < quick) return 1;
  const small = make(size);
  let ratio = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 8 && ratio > most; tries++) {
    ratio = Math.min(ratio, least(large) / Math.max(1, least(small)));
  }
  return ratio;
}

/** What {@link growth} may be at most: far from both, since small inputs have costs of their own. */
export const most = 30;

/** Texts that patterns and loops stumble over: long runs of each kind of character, with what fits nowhere behind. */
export const awkward: readonly (readonly [name: string, unit: string, end: string])[] = [
  ...Array.from(
    "a0 /,;=&\"'(){}[]<>%\\-+._:@#?*~|!\tä\u{1f600}",
    unit => [JSON.stringify(unit), unit, "\0"] as const,
  ),
  ["digits and a letter", "9", "x"],
  ["zeros and a digit", "0", "1"],
  ["slashes and a letter", "/", "x"],
  ["spaces and a letter", " ", "x"],
  ["points between digits", "1.", "x"],
  ["pairs", "a=b&", ""],
  ["names", "a&", ""],
  ["brackets", "a[", ""],
  ["closed brackets", "[]", "x"],
  ["commas and spaces", ", ", "x"],
  ["semicolons and spaces", "; ", "x"],
  ["quotes and commas", '"a",', ""],
  ["weak tags", 'W/"', ""],
  ["escapes", "%61", ""],
  ["broken escapes", "%e4%", ""],
  ["escaped percent signs", "%25", ""],
  ["half a pair", "\ud800", ""],
  ["line separators", "\u2028", ""],
  ["dots and slashes", "../", ""],
  ["labels", "a-a.", "!"],
  ["at signs", "a@", "!"],
  ["tildes", "~0~1", "~"],
  ["words", "Bearer a.b.c, ", ""],
  ["exponents", "1e", "x"],
];

/** A text of a size, of an {@link awkward} kind. */
export const textOf = (unit: string, end: string, size: number): string =>
  unit.repeat(Math.ceil(size / unit.length)) + end;
