import type { StandardSchemaV1 } from "@standard-schema/spec";
import { Conflict, NotFound } from "../../core/errors.ts";
import type { Row } from "../../core/types.ts";
import { checkObject } from "../fields/checkObject.ts";
import { type Paged, readAtMost } from "./reading.ts";

/** Objects that are written one by one, where there is no statement for all of them. */
export interface Each<T> extends Paged<T> {
  /** Loads an object again that was changed meanwhile, if it is still among them. */
  reload(object: T): Promise<T | undefined>;
  /** How many are written at the same time. @default 1 */
  readonly atOnce?: number;
}

/** How many objects are written one by one for one call. */
const mostWrites = 1000;
/** How often an object is written that others keep changing. */
const mostTries = 5;

/** Says no later than the last write has ended whether one of them failed, and begins none after that. */
async function countEach<T>(objects: readonly T[], atOnce: number, run: (object: T) => Promise<boolean>) {
  let next = 0;
  let count = 0;
  async function work(): Promise<void> {
    while (next < objects.length) {
      const object = objects[next++] as T;
      try {
        if (await run(object)) count++;
      } catch (error) {
        next = objects.length;
        throw error;
      }
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: Math.min(atOnce, objects.length) }, work));
  const failed = ended.find(({ status }) => status === "rejected") as PromiseRejectedResult | undefined;
  if (failed !== undefined) throw failed.reason;
  return count;
}

/** A duplicate names its field, and comes again; what somebody else has changed is worth another look. */
const isOvertaken = (error: unknown): boolean => error instanceof Conflict && error.field === undefined;

/**
 * Writes each object of a queryset, guarded as every write is: one that others change meanwhile is loaded again, and written
 * if it is still among them; one that is gone is passed over. It is not atomic: what fails leaves written what was written.
 *
 * @returns how many were written
 * @throws BadRequest, before anything is written, where there are more than 1000
 */
export async function writeEach<T>(
  each: Each<T>,
  write: (object: T) => Promise<unknown>,
  check?: (objects: readonly T[]) => Promise<void>,
): Promise<number> {
  const { atOnce = 1 } = each;
  const found = await readAtMost(each, mostWrites, "they are written one by one: narrow them");
  await check?.(found);

  async function writeOne(object: T, tries = 1): Promise<boolean> {
    try {
      await write(object);
      return true;
    } catch (error) {
      if (error instanceof NotFound) return false;
      if (!isOvertaken(error) || tries === mostTries) throw error;
      const reloaded = (await each.reload(object)) ?? undefined;
      return reloaded !== undefined && writeOne(reloaded, tries + 1);
    }
  }
  return countEach(found, atOnce, object => writeOne(object));
}

/** Checks what each object would become by a schema, so that a change that one of them can't take changes none. */
export async function checkEach(
  schema: StandardSchemaV1 | undefined,
  objects: readonly unknown[],
  changes: Row,
): Promise<void> {
  if (schema === undefined) return;
  for (const object of objects) await checkObject(schema, { ...(object as Row), ...changes });
}
