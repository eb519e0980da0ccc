import { bytesOf } from "../core/bytes.ts";
import type { View } from "./jsonSchemaViews.ts";

/** A value as JSON will show it: a Date as an ISO string, a bigint as a string, bytes as base64. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return value;
  const bytes = bytesOf(value);
  if (bytes !== undefined) return bytes.toString("base64");
  const { toJSON } = value as { toJSON?: unknown };
  return typeof toJSON === "function" ? toJSON.call(value, "") : value;
}

/**
 * Copies what a schema declares, in the form that JSON gives it, and nothing else. A schema that names no property leaves
 * an object open; one that does keeps the named ones, and others only where `additionalProperties` welcomes them.
 */
export function declaredOnly(view: View | undefined, given: unknown): unknown {
  const value = plain(given);
  if (view === undefined || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item, index) => declaredOnly(view.item(index), item));
  const copy: Record<string, unknown> = {};
  for (const name of view.names ?? Object.keys(value)) {
    if (name === "__proto__" || !Object.hasOwn(value, name)) continue;
    const item = (value as Record<string, unknown>)[name];
    const declared = view.property(name);
    if (item !== undefined && (declared !== undefined || !view.closed))
      copy[name] = declaredOnly(declared, item);
  }
  return copy;
}
