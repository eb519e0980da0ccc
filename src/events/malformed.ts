import { BadRequest, type FieldError } from "../core/errors.ts";
import { withoutStack } from "../core/withoutStack.ts";

/**
 * Says what is malformed in which record.
 *
 * @param what the part: `body`
 * @param place the record: `message 123`
 * @param errors what is wrong with it, field by field
 */
export const malformed = (
  what: string,
  place: string,
  errors?: readonly FieldError[],
  cause?: unknown,
): BadRequest => withoutStack(() => new BadRequest(`Malformed ${what} in ${place}`, { errors, cause }));

/** As {@link malformed}, of what reading it threw. */
export function malformedBy(cause: unknown, what: string, place: string): BadRequest {
  const { field, message: reason } = cause as Partial<BadRequest>;
  const errors =
    cause instanceof BadRequest && reason ? [{ field: field ?? "", message: reason }] : undefined;
  return malformed(what, place, errors, cause);
}

/**
 * The text that a record must have.
 *
 * @throws BadRequest when it is not text
 */
export function textOf(record: Record<string, unknown>, name: string, place: string): string {
  const value = record[name];
  if (typeof value !== "string") throw malformed(name, place);
  return value;
}
