import type { FieldKind } from "../types.ts";
import { type KeyedObjects, type KeyedRead, keyValues, loadBatched } from "./batches.ts";

/** What has to be known of a model to read its objects by their ids. */
export interface ModelOfIds {
  readonly name: string;
  readonly idKey: string;
  readonly fields?: Readonly<Record<string, FieldKind | undefined>>;
  readonly objects: unknown;
}

/**
 * Reads an object by its id, together with all others that the serializers of one response ask for.
 *
 * @param request what a serializer is given
 * @param id of what is nobody's, and null, there is no object
 */
export async function loadOne(request: object, model: ModelOfIds, id: unknown): Promise<unknown> {
  const { name, idKey, fields } = model;
  const read: KeyedRead = {
    name,
    fields: [{ name: idKey, kind: fields?.[idKey] }],
    objects: () => model.objects as KeyedObjects,
    limit: 1,
  };
  const values = keyValues(read, [id]);
  return values && (await loadBatched(request, model, undefined, read, values))[0];
}
