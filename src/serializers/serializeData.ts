import { bytesOf } from "../core/bytes.ts";
import { ServerError } from "../core/errors.ts";
import { isStream } from "../http/streamBody.ts";
import { ResponseRequest } from "./responseRequest.ts";
import { isTagged } from "./tags.ts";
import { type Serialize, serializeAll } from "./toSerializer.ts";

/** Text and bytes have no fields to choose from: `pick` would find nothing, and `omit` would let all of them out. */
function hasFields(data: unknown): boolean {
  if (typeof data === "string") return false;
  return typeof data !== "object" || data === null || (bytesOf(data) === undefined && !isStream(data));
}

/**
 * Serializes what a function or a step gave: a list item by item, nothing as nothing.
 *
 * @param serialize what `toSerializer` gave
 * @param data the object, or a list of them
 * @param request handed to the serializer
 * @returns what goes out, or a promise of it
 * @throws ServerError when `pick`, `omit` or `fields` is to choose fields of text or bytes
 */
export function serializeData(
  serialize: Serialize,
  data: unknown,
  given: { event: unknown; context: unknown },
): unknown {
  if (data === undefined || data === null) return data;
  const request = new ResponseRequest(given);
  if (Array.isArray(data)) return serializeAll(serialize, data, request);
  if (isTagged(serialize) && !hasFields(data)) {
    throw new ServerError(undefined, {
      cause: new Error(
        "The serializer takes objects, and the function returned text or bytes: return respond({ body }) instead",
      ),
    });
  }
  return serialize(data, request);
}
