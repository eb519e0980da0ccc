import { foldCharacter } from "../fields/values.ts";

/** Both cases of a folded letter where it has two. */
function casesOf(folded: string): string {
  const upper = folded.toUpperCase();
  return upper !== folded && foldCharacter(upper) === folded ? `${folded}${upper}` : folded;
}

const isAscii = (letter: string): boolean => letter < "\x80";

const special = /[\\^$.[\]|()?*+{}]/;

/** A regular expression, as PostgreSQL reads it, for a folded text in any case. */
export function anyCase(text: string): string {
  return Array.from(text, character => {
    if (special.test(character)) return `\\${character}`;
    const cases = casesOf(character);
    return cases === character ? character : `[${cases}]`;
  }).join("");
}

/** The letters of a folded text that have another case, each once. */
export interface Letters {
  /** Those of English: every database has a function that folds them. */
  ascii: string[];
  /** All others, with their capitals. */
  others: [lower: string, upper: string][];
}

/**
 * What has to be folded in a stored text so that a folded text is found in it, whatever the case: the letters that the
 * searched text has, and no others. A search by the bytes then does, which takes no longer for one text than for another.
 *
 * @param folded the text that is searched for
 */
export function lettersOf(folded: string): Letters {
  const cased = [...new Set(folded)].filter(letter => casesOf(letter) !== letter);
  const others = cased.filter(letter => !isAscii(letter));
  return { ascii: cased.filter(isAscii), others: others.map(letter => [letter, letter.toUpperCase()]) };
}
