import { isDeepStrictEqual } from "node:util";
import type { Row } from "../../../src/core/types.ts";
import type { StoredModel } from "./routes.ts";

/** An object as it is stored. */
export interface Stored {
  readonly model: StoredModel;
  readonly id: string;
  readonly row: Row;
}

/** All objects, by a key that no two of them share. */
export type Snapshot = ReadonlyMap<string, Stored>;

/** What a request did to one object. */
export interface Change {
  readonly kind: "created" | "changed" | "deleted" | "restored";
  readonly key: string;
  /** As it was; of a new one as it is. */
  readonly stored: Stored;
  /** As it is now; `undefined` when it is gone. */
  readonly row: Row | undefined;
}

/** The key of an object among all. */
export const keyOf = (model: StoredModel, id: unknown): string => `${model.name} ${String(id)}`;

/** What differs between two snapshots. */
export function changesOf(before: Snapshot, after: Snapshot): Change[] {
  const changes: Change[] = [];
  for (const [key, stored] of before) {
    const row = after.get(key)?.row;
    if (row === undefined) changes.push({ kind: "deleted", key, stored, row });
    else if (!isDeepStrictEqual(row, stored.row)) changes.push({ kind: "changed", key, stored, row });
  }
  for (const [key, stored] of after) {
    if (!before.has(key)) changes.push({ kind: "created", key, stored, row: stored.row });
  }
  return changes;
}

/** The stored objects of some models: reads them all, and puts them back. */
export class World {
  readonly models: readonly StoredModel[];
  /** Objects that are known by id, for models that can't list theirs. */
  private readonly ids = new Map<StoredModel, Set<string>>();

  constructor(models: readonly StoredModel[]) {
    this.models = models;
  }

  private async *rowsOf(model: StoredModel): AsyncGenerator<Row> {
    const known = this.ids.get(model) ?? new Set();
    this.ids.set(model, known);
    const listed = new Set<string>();
    try {
      for await (const row of model.objects) {
        listed.add(String(row[model.idKey]));
        yield row;
      }
    } catch {
      for (const id of known) {
        const row = listed.has(id) ? undefined : await model.objects.get(id);
        if (row !== undefined && row !== null) yield row;
      }
    }
  }

  /** Remembers an object that its model may be unable to list. */
  know(model: StoredModel, id: unknown): void {
    const known = this.ids.get(model) ?? new Set();
    this.ids.set(model, known.add(String(id)));
  }

  async snapshot(): Promise<Snapshot> {
    const found = new Map<string, Stored>();
    for (const model of this.models) {
      for await (const row of this.rowsOf(model)) {
        const id = String(row[model.idKey]);
        this.know(model, id);
        found.set(keyOf(model, id), { model, id, row });
      }
    }
    return found;
  }

  /** Deletes an object as its model does: where it only marks what is deleted, that can be restored. */
  async delete({ model, id }: Stored): Promise<void> {
    try {
      const present = await model.objects.get(id);
      if (present !== undefined && present !== null) await model.delete(present);
    } catch {
      // What can't be deleted can't be restored either.
    }
  }

  /** Takes changes back, as far as the model lets that happen. */
  async revert(changes: readonly Change[]): Promise<void> {
    for (const { kind, stored, row } of changes) {
      const { model, id } = stored;
      try {
        const present = row && (await model.objects.get(id));
        if (kind === "deleted") await putBack(stored);
        else if (present === undefined || present === null) continue;
        else if (kind === "created") await remove(model, present);
        else await model.update(present, differing(stored.row, present));
      } catch {
        // What can't be put back is what the next request finds.
      }
    }
  }
}

/** What is deleted, of models that only mark it; `undefined` of others. */
const markedIn = (model: StoredModel) =>
  model.softDelete === undefined ? undefined : model.objects.onlyDeleted?.();

async function putBack({ model, id, row }: Stored): Promise<void> {
  const marked = await markedIn(model)?.get(id);
  await (marked ? model.restore?.(marked) : model.create(row));
}

/** Removes an object for good. */
async function remove(model: StoredModel, row: Row): Promise<void> {
  await model.delete(row);
  const where = { [model.idKey]: row[model.idKey] as string };
  await markedIn(model)?.filter(where).delete?.();
}

/** The fields of `wanted` that `present` has otherwise; what it lacks is null. */
function differing(wanted: Row, present: Row): Row {
  const names = new Set([...Object.keys(wanted), ...Object.keys(present)]);
  return Object.fromEntries(
    [...names]
      .filter(name => !isDeepStrictEqual(wanted[name], present[name]))
      .map(name => [name, wanted[name] ?? null]),
  );
}
