import assert from "node:assert/strict";
import type { FieldKind, FullModel } from "../../../src/models/types.ts";
import { type Capability, type Thing, thing, thingFields } from "./thing.ts";

/** A {@link Thing} whose model says when it was written, by whom, and when it was deleted. */
export interface StampedThing extends Thing {
  createdAt: Date | null;
  updatedAt: Date | null;
  createdBy: string | null;
  updatedBy: string | null;
  deletedAt: Date | null;
}

/** The kinds of a {@link StampedThing}'s fields. */
export const stampedFields: Readonly<Record<Exclude<keyof StampedThing, "version">, FieldKind>> = {
  ...thingFields,
  createdAt: "date",
  updatedAt: "date",
  createdBy: "text",
  updatedBy: "text",
  deletedAt: "date",
};

/** The options of its model. */
export const stampedOptions = {
  stamps: { createdAt: true, updatedAt: true, createdBy: true, updatedBy: true },
  softDelete: "deletedAt",
} as const;

/** One promise of a model that stamps and marks. */
export interface StampCase {
  name: string;
  needs: readonly Capability[];
  run(model: FullModel<StampedThing>, statements?: () => number): Promise<void>;
}

/** Lets the clock go on. */
export const later = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 3));

/** A date in milliseconds. */
export const timeOf = (date: Date | null): number => Number(date?.getTime());

/** Stores things one after the other. */
export async function seeded(
  model: FullModel<StampedThing>,
  given: readonly Partial<StampedThing>[],
): Promise<StampedThing[]> {
  const made: StampedThing[] = [];
  for (const one of given) made.push(await model.create(thing(one)));
  return made;
}

/** The ids of all, in order. */
export async function idsOf({ objects }: { objects: FullModel<StampedThing>["objects"] }): Promise<string[]> {
  return (await objects.orderBy("id").all()).map(({ id }) => id);
}

/** Everything that a queryset can be asked for finds these. */
export async function findsOnly(
  objects: FullModel<StampedThing>["objects"],
  ids: readonly string[],
): Promise<void> {
  assert.deepEqual(await idsOf({ objects }), ids);
  assert.equal(await objects.count(), ids.length);
  assert.equal(await objects.exists(), ids.length > 0);
  assert.equal((await objects.orderBy("id").first())?.id, ids[0]);
  const iterated: string[] = [];
  for await (const { id } of objects) iterated.push(id);
  assert.deepEqual(iterated.sort(), ids);
  assert.deepEqual((await objects.page({})).items.map(({ id }) => id).sort(), ids);
  for (const id of ["a", "b", "c", "d"])
    assert.equal((await objects.get(id)) !== undefined, ids.includes(id), id);
}

/** Things to begin with. */
export const three: readonly Partial<StampedThing>[] = [
  { id: "a", name: "Ann", rank: 1 },
  { id: "b", name: "Bea", rank: 2 },
  { id: "c", name: "Ann", rank: 3 },
];
