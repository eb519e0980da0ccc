import { bytesOf } from "../core/bytes.ts";
import { HttpError, ServerError } from "../core/errors.ts";

function hasOwnToJson(view: ArrayBufferView): boolean {
  const { toJSON } = view as { toJSON?: unknown };
  return typeof toJSON === "function" && toJSON !== Buffer.prototype.toJSON;
}

/** Stands between a value and its JSON; `this[key]` is the value before its own `toJSON` was asked. */
function toPlain(this: Record<string, unknown>, key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return value;
  const original = this[key];
  if (ArrayBuffer.isView(original) && !hasOwnToJson(original)) return bytesOf(original)?.toString("base64");
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  return bytesOf(value)?.toString("base64") ?? value;
}

const quote = 0x22;
const closing = 0x7d;

/**
 * Whether the native conversion left what {@link toPlain} has work to do with: Buffers, typed arrays, and (as empty
 * objects) Maps, Sets and ArrayBuffers. A mere look-alike only costs the second conversion.
 */
function isSuspect(text: string): boolean {
  // One search for all: each that begins with a brace stops at every object.
  for (let at = text.indexOf("{"); at >= 0; at = text.indexOf("{", at + 1)) {
    const next = text.charCodeAt(at + 1);
    if (next === closing) return true;
    if (next === quote && (text.startsWith('0":', at + 2) || text.startsWith('type":"Buffer"', at + 2))) {
      return true;
    }
  }
  return false;
}

/**
 * Turns any value into JSON: Dates become ISO strings, bigints strings, bytes base64, Maps objects and Sets arrays, at
 * any depth. A `toJSON` is honoured. What JSON has no word for (`undefined`, a function) is `null`.
 *
 * @throws ServerError when the value contains itself or is nested too deeply
 * @example
 * toJson({ id: 7n, at: new Date(0), key: Buffer.from("k") }); // {"id":"7","at":"1970-01-01T00:00:00.000Z","key":"aw=="}
 */
export function toJson(value: unknown): string {
  try {
    const text = nativeJson(value);
    if (text !== undefined && !isSuspect(text)) return text;
    return JSON.stringify(value, toPlain) ?? "null";
  } catch (cause) {
    if (cause instanceof HttpError) throw cause;
    throw new ServerError("The response cannot be written as JSON", { cause });
  }
}

/** `undefined` where the native conversion gives up: a bigint somewhere, or a cycle. */
function nativeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value) ?? "null";
  } catch {
    return undefined;
  }
}
