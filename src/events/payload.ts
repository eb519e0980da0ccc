import { exactOrNone, type ReadLong } from "../core/longNumbers.ts";
import { plainNumber } from "../core/numberText.ts";
import { parseSafely } from "../core/safeJson.ts";
import { checkIncoming, takesBigint } from "../schema/incoming.ts";
import { type CheckResult, isStandardSchema, type StandardSchemaV1 } from "../schema/standard.ts";
import { malformed, malformedBy } from "./malformed.ts";

/**
 * The schema that the option `json` is, if it is one.
 *
 * @throws TypeError when it is neither that nor true or false
 */
export function schemaIn(json: boolean | StandardSchemaV1, factory: string): StandardSchemaV1 | undefined {
  if (typeof json === "boolean") return undefined;
  if (isStandardSchema(json)) return json;
  throw new TypeError(`${factory}: option "json" must be true, false or a Standard Schema`);
}

/** What becomes of long numbers: a bigint that the schema takes may be of any length. */
export function longNumbersIn(schema: StandardSchemaV1 | undefined): ReadLong {
  if (schema === undefined) return exactOrNone;
  return (number, place, root) =>
    takesBigint(schema, place) ? plainNumber(number.text) : exactOrNone(number, place, root);
}

/**
 * Parses the JSON of a record.
 *
 * @param read what becomes of long numbers, by {@link longNumbersIn}
 * @throws BadRequest naming the part and the record
 */
export function parsePayload(text: string, read: ReadLong, what: string, place: string): unknown {
  try {
    return parseSafely(text, read);
  } catch (cause) {
    throw malformedBy(cause, what, place);
  }
}

function withOutput<Message extends { body?: unknown }>(
  message: Message,
  { errors, value }: CheckResult<unknown>,
  what: string,
  place: string,
): Message {
  if (errors) throw malformed(what, place, errors);
  message.body = value;
  return message;
}

/**
 * Checks what was parsed, and puts the schema's output there.
 *
 * @throws BadRequest naming the part, the record and all that is wrong
 */
export function checkPayload<Message extends { body?: unknown }>(
  schema: StandardSchemaV1,
  message: Message,
  what: string,
  place: string,
): Message | Promise<Message> {
  const checked = checkIncoming(schema, message.body);
  return checked instanceof Promise
    ? checked.then(result => withOutput(message, result, what, place))
    : withOutput(message, checked, what, place);
}
