import { mapMaybePromise } from "../../core/maybePromise.ts";
import { checkIncoming } from "../../schema/incoming.ts";
import { isStandardSchema, type StandardSchemaV1 } from "../../schema/standard.ts";
import { malformed } from "../malformed.ts";
import { throwFirst } from "./source.ts";

/** What sources have in common whose event is one record: it comes again as a whole. */
export const single = {
  records: <Item>(event: unknown): readonly Item[] => [event as Item],
  answer: throwFirst as (batch: object) => void,
} as const;

/**
 * Checks that an option is a schema.
 *
 * @throws TypeError naming it
 */
export function checkSchemaOption(factory: string, name: string, schema: unknown): void {
  if (schema !== undefined && !isStandardSchema(schema)) {
    throw new TypeError(`${factory}: option "${name}" must be a Standard Schema`);
  }
}

/**
 * Gives what a schema makes of a part of an event; the part itself without a schema.
 *
 * @param what the part, and `place` the event, as messages call them
 * @throws BadRequest naming both and all that is wrong
 */
export function checkedPart(
  schema: StandardSchemaV1 | undefined,
  value: unknown,
  what: string,
  place: string,
): unknown {
  if (schema === undefined) return value;
  return mapMaybePromise(checkIncoming(schema, value), result => {
    if (result.errors) throw malformed(what, place, result.errors);
    return result.value;
  });
}
