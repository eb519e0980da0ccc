/** How many letters must be added, taken away, changed or swapped with the next to make one word of the other. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwapped ? (before[j - 2] as number) + 1 : change;
      next.push(Math.min(change, swap, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] as number;
}

/**
 * Finds the word that was probably meant.
 *
 * @returns the nearest of the words, `undefined` when none is near
 * @example
 * suggest("rotes", ["dev", "routes"]); // "routes"
 */
export function suggest(word: string, words: readonly string[]): string | undefined {
  if (!/\w/.test(word)) return undefined;
  const [best] = words
    .map(known => ({ known, by: known.startsWith(word) ? 1 : distance(word.toLowerCase(), known) }))
    .sort((a, b) => a.by - b.by);
  return best !== undefined && best.by <= Math.max(1, Math.floor(word.length / 3)) ? best.known : undefined;
}
