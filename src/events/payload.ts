import { exactOrNone, type ReadLong } from "../core/longNumbers.ts";
import { plainNumber } from "../core/numberText.ts";
import { checkIncoming, takesBigint } from "../schema/incoming.ts";
import { type CheckResult, isStandardSchema, type StandardSchemaV1 } from "../schema/standard.ts";
import { malformed } from "./malformed.ts";

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

function withOutput<Message extends { body?: unknown }>(
  message: Message,
  { errors, value }: CheckResult<unknown>,
  what: string,
  placeOf: (message: Message) => string,
): Message {
  if (errors) throw malformed(what, placeOf(message), errors);
  message.body = value;
  return message;
}

/**
 * Checks what was parsed, and puts the schema's output there.
 *
 * @param what the part, and `placeOf` the record, as messages call them
 * @throws BadRequest naming both and all that is wrong
 */
export function checkPayload<Message extends { body?: unknown }>(
  schema: StandardSchemaV1,
  message: Message,
  what: string,
  placeOf: (message: Message) => string,
): Message | Promise<Message> {
  const checked = checkIncoming(schema, message.body);
  return checked instanceof Promise
    ? checked.then(result => withOutput(message, result, what, placeOf))
    : withOutput(message, checked, what, placeOf);
}
