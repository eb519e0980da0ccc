import type { Item } from "./api.ts";
import type { DynamoTable, Write } from "./table.ts";

/** A write on a condition, and what is known of it. */
export type GuardedWrite = Write & {
  /** What it becomes, or is, for messages and sizes. */
  readonly item: Item;
  /** What to throw for what DynamoDB says of it. */
  refusal(error: unknown): unknown;
};

/** @returns the item as it is stored, where DynamoDB gives it */
export type Send = (write: GuardedWrite) => Promise<Item | undefined>;

/** Sends each write at once. */
export function sendTo(table: DynamoTable): Send {
  return async function send(write) {
    try {
      if (write.is === "Update") return (await table.update(write.input, write.item)).Attributes;
      await (write.is === "Put" ? table.put(write.input) : table.delete(write.input));
      return undefined;
    } catch (error) {
      throw await write.refusal(error);
    }
  };
}
