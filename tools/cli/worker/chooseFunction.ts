import { sourceOf } from "../../../src/http/source.ts";
import { UserError } from "../shell/command.ts";
import { suggest } from "../shell/suggest.ts";
import type { Listing } from "./messages.ts";

/**
 * Chooses what an event goes to: what the user named; else, for an event of HTTP, what finds the route itself; else the
 * one handler that there is.
 *
 * @throws UserError listing what there is to choose from
 */
export function chooseFunction(listing: Listing, event: unknown, name: string | undefined): string {
  const { functions, main, other } = listing;
  if (name !== undefined) {
    if (functions.includes(name)) return name;
    const guess = suggest(name, functions);
    const hint = guess === undefined ? `; there are ${functions.join(", ")}` : `; did you mean ${guess}?`;
    throw new UserError(`There is no function ${JSON.stringify(name)}${hint}`);
  }
  const chosen = sourceOf(event) === undefined ? other : main;
  if (chosen !== undefined) return chosen;
  const what = main === undefined ? "" : " that is none of HTTP";
  throw new UserError(
    `Which function takes an event${what}? Choose with --function: ${functions.join(", ")}`,
  );
}
