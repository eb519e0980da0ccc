/**
 * What serializers are to relations. Those are in a room that builds on models, so that they are read by their shape, and what
 * makes one is handed in.
 */

/** A serializer in its one internal form. */
export type Serialize = (object: unknown, request: unknown) => unknown;

/** Brings a serializer of a model's objects into that form. */
export type ToSerialize = (serializer: unknown, model: object) => Serialize;

type Form =
  | { readonly pick: readonly string[] }
  | { readonly omit: readonly string[] }
  | {
      readonly fields: Readonly<Record<string, unknown>>;
      rebuild(readers: Readonly<Record<string, Serialize>>): Serialize;
    }
  | { readonly listOf: unknown; readonly limit: number };

/** What `pick`, `omit`, `fields` or `listOf` made; `undefined` for anything else. */
export const formOf = (serializer: unknown): Form | undefined =>
  typeof serializer === "function"
    ? (serializer as unknown as Record<symbol, Form>)[Symbol.for("tsverless.serializer")]
    : undefined;

/** The fields of an object that a serializer reads; what is under the name of a relation reads that. */
export function namesRead(serializer: unknown, relations: object): readonly string[] {
  const form = formOf(serializer);
  if (form === undefined || "listOf" in form) return [];
  if ("pick" in form) return form.pick;
  if ("omit" in form) return form.omit;
  return Object.entries(form.fields).flatMap(([name, source]) => {
    if (typeof source === "string") return [source];
    if (source === true) return [name];
    const isComputed = typeof source === "function" && formOf(source) === undefined;
    return isComputed || Object.hasOwn(relations, name) ? [] : [name];
  });
}
