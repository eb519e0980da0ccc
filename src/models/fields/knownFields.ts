import { BadRequest } from "../../core/errors.ts";
import type { FieldKind } from "../types.ts";

/** What is known of a model's fields; `undefined` where it knows none, or not the kind of one. */
export type KnownFields = Readonly<Record<string, FieldKind | undefined>> | undefined;

/** A name of a client's, short enough for a message. */
export const shownName = (name: string): string => (name.length > 100 ? `${name.slice(0, 100)}…` : name);

/** The kind of a field. @throws BadRequest when the model knows its fields, but not this one */
export function kindOfField(field: string, fields: KnownFields): FieldKind | undefined {
  const known = fields === undefined ? !(field in Object.prototype) : Object.hasOwn(fields, field);
  if (!known) throw new BadRequest(`Unknown field: ${shownName(field)}`, { field: shownName(field) });
  return fields?.[field];
}
