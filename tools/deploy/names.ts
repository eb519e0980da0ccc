import { freeName } from "../../src/core/freeName.ts";

/** Letters and digits that every format allows; others are written by their code. */
const plain = (text: string): string =>
  text.replace(/[^A-Za-z0-9]/gu, char => `u${char.codePointAt(0)?.toString(16)}`);

/**
 * Gives each name an id of letters and digits, no two of which differ by case alone: what would be the same gets a number.
 *
 * @param names different names
 * @param idOf what the id is made of; a letter or digit that is not ASCII is written by its code
 * @returns the ids by name
 */
export function distinctIds(
  names: readonly string[],
  idOf: (name: string) => string = name => name,
): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  const taken = new Set<string>();
  for (const name of names) {
    // The letter keeps `a` with a number from what is called `a2`.
    const id = freeName(plain(idOf(name)), wanted => !taken.has(wanted.toLowerCase()), "x");
    taken.add(id.toLowerCase());
    ids.set(name, id);
  }
  return ids;
}

/** `UsersCreate` for `usersCreate` */
export const capitalized = (id: string): string => id.charAt(0).toUpperCase() + id.slice(1);
