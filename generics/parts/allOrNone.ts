import { HttpError } from "../../src/core/errors.ts";
import { failedWrite } from "../../src/models/together.ts";
import type { Model } from "../../src/models/types.ts";
import type { BulkResult, BulkRun, WriteItem } from "./bulkItems.ts";

/** What an item threw, with the place of that item before the fields that it names. The class stays: errors are mapped by it. */
function ofItem(error: unknown, place: string): unknown {
  if (!(error instanceof HttpError) || error.statusCode >= 500) return error;
  const { field, errors, stack } = error;
  const at = (name: string): string => (name === "" ? place : `${place}.${name}`);
  const moved = {
    // In newer engines an accessor, which works for the error itself alone.
    stack: { value: stack, configurable: true },
    ...((field !== undefined || errors === undefined) && {
      field: { value: at(field ?? ""), enumerable: true },
    }),
    ...(errors && {
      errors: { value: errors.map(one => ({ ...one, field: at(one.field) })), enumerable: true },
    }),
  };
  const own = { ...Object.getOwnPropertyDescriptors(error), ...moved };
  return Object.create(Object.getPrototypeOf(error) as object, own);
}

/**
 * Reads and checks all items, and then writes them together: what one of them throws is thrown, and nothing is written.
 *
 * @throws what an item threw, with its place
 */
export async function allOrNone<T, Item>(
  model: Model<T>,
  { items, prepare, placeOf }: BulkRun<T, Item>,
): Promise<BulkResult[]> {
  let index = 0;
  let isWritten = false;
  try {
    const writes: WriteItem<T>[] = [];
    for (; index < items.length; index++) writes.push(await prepare(items[index] as Item));
    return await (model.together as NonNullable<Model<T>["together"]>)(async function writeAll(bound) {
      const results: BulkResult[] = [];
      for (index = 0; index < writes.length; index++) {
        results.push(await (writes[index] as WriteItem<T>)(bound));
      }
      isWritten = true;
      return results;
    });
  } catch (error) {
    const failed = isWritten ? failedWrite(error) : index;
    throw failed === undefined ? error : ofItem(error, placeOf(failed));
  }
}
