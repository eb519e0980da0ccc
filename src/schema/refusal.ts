import { BadRequest, type FieldError } from "../core/errors.ts";

/** So many problems are listed at most, with so many characters each: a hostile body must not blow up the response. */
const mostErrors = 100;
const mostCharacters = 300;

const cut = (text: string): string =>
  text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;

/** What is thrown where a schema refuses its input: `Validation failed`, with the first of the problems. */
export function refusal(problems: readonly FieldError[]): BadRequest {
  const errors = problems
    .slice(0, mostErrors)
    .map(({ field, message }) => ({ field: cut(field), message: cut(message) }));
  return new BadRequest("Validation failed", { errors });
}
