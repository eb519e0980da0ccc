import { fieldsOfSchema } from "../models/fields/fields.ts";
import { isStandardSchema } from "../schema/standard.ts";
import type { SerializerForm } from "./tags.ts";

/** What `pick`, `omit` or `fields` made; read by its name, so that no bundle of one of them has a chunk for this. */
export const formOf = (serializer: unknown): SerializerForm | undefined =>
  typeof serializer === "function"
    ? (serializer as unknown as Record<symbol, SerializerForm>)[Symbol.for("tsverless.serializer")]
    : undefined;

/**
 * The keys that a serializer shows whenever the object has them; `undefined` where only its output shows them.
 *
 * @param serializer any kind
 */
export function shownKeys(serializer: unknown): { has(key: string): boolean } | undefined {
  if (isStandardSchema(serializer)) {
    const fields = fieldsOfSchema(serializer);
    return fields && { has: key => Object.hasOwn(fields, key) };
  }
  const form = formOf(serializer);
  if (form === undefined) return undefined;
  if ("pick" in form) return { has: key => form.pick.includes(key) };
  if ("omit" in form) return { has: key => !form.omit.includes(key) };
  if ("listOf" in form) return shownKeys(form.listOf);
  return { has: key => Object.hasOwn(form.fields, key) };
}
