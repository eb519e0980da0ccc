import { BadRequest } from "../../core/errors.ts";
import { noteFailed } from "../together.ts";
import type { Item } from "./api.ts";
import { type Destination, type GuardedWrite, type Send, sendAll, sendTo } from "./send.ts";

/** The most writes of a transaction, and the most bytes of their items (AWS, "TransactWriteItems"). */
const mostWrites = 100;
const mostBytes = 4 * 1024 * 1024;

/** The bytes of a value, as DynamoDB counts them but for a few of its own. */
function sizeOf(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (value instanceof Uint8Array) return value.byteLength;
  if (Array.isArray(value)) return value.reduce<number>((size, one) => size + 1 + sizeOf(one), 0);
  if (typeof value !== "object" || value === null) return 1;
  return Object.entries(value).reduce((size, [name, one]) => size + Buffer.byteLength(name) + sizeOf(one), 0);
}

/** Writes that wait until they are sent in one request. */
interface Waiting {
  send: Send;
  /** @throws what the first write that was not made would have thrown alone */
  commit(): Promise<void>;
}

/**
 * Keeps writes until all of them are sent as one transaction: all are made, or none.
 *
 * @param to where they are sent
 * @param keys the attributes of the table's key
 */
export function waitingWrites(to: Destination, keys: readonly string[]): Waiting {
  const { name, marking } = to;
  const writes: GuardedWrite[] = [];
  const book = marking?.book();
  const seen = new Set<string>();
  let bytes = 0;

  function add(write: GuardedWrite): void {
    const { item, marks } = write;
    const key = JSON.stringify(keys.map(attribute => (item as Item)[attribute]));
    if (seen.has(key)) throw new BadRequest(`One ${name} can't be written twice together`);
    if (marks) book?.add(marks, writes.length);
    if (writes.length + 1 + (book?.size ?? 0) > mostWrites) {
      const also = book ? ", each unique value that is taken or given up counting as one" : "";
      throw new BadRequest(`At most ${mostWrites} objects can be written together${also}`);
    }
    bytes += sizeOf(item) + (marks ? sizeOf(marks.claims) + marks.claims.length * sizeOf(marks.owner) : 0);
    if (bytes > mostBytes) throw new BadRequest("What is written together is larger than 4 MB");
    seen.add(key);
    writes.push(write);
  }

  return {
    async send(write) {
      add(write);
      return undefined;
    },
    async commit() {
      const [first] = writes;
      if (first === undefined) return;
      const marks = book?.actions() ?? [];
      if (writes.length + marks.length > 1) return sendAll(to, writes, marks);
      try {
        // Alone it costs half.
        await sendTo(to)(first);
      } catch (error) {
        throw noteFailed(error, 0);
      }
    },
  };
}
