/** Prints the heap after each part of many invocations of all kinds of handlers, once garbage is collected. */

import { contextOf } from "../common/context.ts";
import { ada, bearer, get, messagesOf, page, post } from "../common/events.ts";
import { type Entry, entries, handlerOf, type Wanted } from "../contenders/table.ts";

const [, , total = "1000000"] = process.argv;
const { gc } = globalThis;
if (gc === undefined) throw new Error("needs --expose-gc");

const made = async (wanted: Wanted) => {
  const found = await handlerOf(entries.tsverless as Entry, wanted);
  if (found === undefined) throw new Error("no such handler");
  return found;
};
const create = await made({ kind: "create" });
const guarded = await made({ kind: "create", guarded: true });
const retrieve = await made({ kind: "retrieve", etag: true });
const list = await made({ kind: "list" });
const queue = await made({ kind: "queue" });

const body = JSON.stringify(ada);
/** What comes in turn; one token of eight has not been seen. */
const kinds: readonly ((serial: number) => Promise<unknown>)[] = [
  () => create.handle(post(body), contextOf()),
  () => retrieve.handle(get("user-07"), contextOf()),
  () => create.handle(post("{"), contextOf()),
  () => retrieve.handle(get("nobody"), contextOf()),
  () => list.handle(page("3"), contextOf()),
  () => queue.handle(messagesOf(1), contextOf()),
  () => create.handle(post("{}"), contextOf()),
  serial => guarded.handle(post(body, bearer(serial % 64 === 63 ? serial : 0)), contextOf()),
];

const count = Number(total);
const parts = 10;
const heaps: number[] = [];
for (let part = 0; part <= parts; part++) {
  const from = part === 0 ? 0 : (count / parts) * (part - 1);
  // What comes before the first figure makes the code hot, and counts as well.
  const to = part === 0 ? Math.min(count / parts, 40_000) : (count / parts) * part;
  for (let serial = from; serial < to; serial++) {
    await kinds[serial % kinds.length]?.(serial);
    if (serial % 1000 === 999) await create.forget();
  }
  await create.forget();
  gc();
  gc();
  heaps.push(process.memoryUsage().heapUsed);
}
console.log(JSON.stringify(heaps));
