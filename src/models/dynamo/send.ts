import { duplicate } from "../memory/uniqueIndex.ts";
import { noteFailed } from "../together.ts";
import type { Item } from "./api.ts";
import type { MarkAction, Marking, Marks } from "./marks.ts";
import { type DynamoTable, failedAlone, failedCondition, type Write } from "./table.ts";

/** A write on a condition, and what is known of it. */
export type GuardedWrite = Write & {
  /** What it becomes, or is, for messages and sizes. */
  readonly item: Item;
  /** What it does to unique values, where it does anything. */
  readonly marks?: Marks | undefined;
  /** What to throw for what DynamoDB says of it. */
  refusal(error: unknown): unknown;
};

/** @returns the item as it is stored, where DynamoDB gives it */
export type Send = (write: GuardedWrite) => Promise<Item | undefined>;

/** Where writes go. */
export interface Destination {
  table: DynamoTable;
  /** The model's name, for messages. */
  name: string;
  marking: Marking | undefined;
}

/**
 * Sends writes as one transaction, with those of markers. A value that is to become free and is somebody else's, as it can be in a
 * table whose markers are yet to be filled in, stays that.
 *
 * @throws what the first write that was not made would have thrown alone
 */
export async function sendAll(
  { table, name }: Destination,
  writes: readonly GuardedWrite[],
  marks: readonly MarkAction[],
): Promise<void> {
  let open = marks;
  for (;;) {
    try {
      await table.transact([...writes, ...open.map(({ write }) => write)]);
      return;
    } catch (error) {
      const failed = failedAlone(error, name);
      if (failed === undefined) throw error;
      const write = writes[failed.index];
      if (write) throw noteFailed(await write.refusal(failed.error), failed.index);
      const mark = open[failed.index - writes.length] as MarkAction;
      if (failedCondition(failed.error) === undefined) throw noteFailed(failed.error, mark.of);
      if (!mark.isRelease) throw noteFailed(duplicate(mark.fields), mark.of);
      open = open.filter(other => other !== mark);
    }
  }
}

/** Sends each write at once: alone, unless it changes unique values. */
export function sendTo(to: Destination): Send {
  const { table, marking } = to;
  return async function send(write) {
    if (write.marks && marking) {
      const book = marking.book();
      book.add(write.marks, 0);
      await sendAll(to, [write], book.actions());
      return undefined;
    }
    try {
      if (write.is === "Update") return (await table.update(write.input, write.item)).Attributes;
      await (write.is === "Put" ? table.put(write.input) : table.delete(write.input));
      return undefined;
    } catch (error) {
      throw await write.refusal(error);
    }
  };
}
