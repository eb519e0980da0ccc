/** Prints the bytes that one invocation of a contender leaves to be collected. The young generation has room for a batch. */
import { cases } from "../cases.ts";
import { contextOf } from "../common/context.ts";
import { type Entry, entries, handlerOf } from "../contenders/table.ts";
import { median } from "../measure.ts";

const [, , name = "", contender = "", given = "1"] = process.argv;
const found = cases.find(one => one.name === name);
const made = found && (await handlerOf(entries[contender] as Entry, found.wanted));
if (found === undefined || made === undefined) throw new Error(`${contender} has no "${name}"`);
const { event } = found;
const { handle, forget } = made;
const { gc } = globalThis;
if (gc === undefined) throw new Error("needs --expose-gc");

/** Bytes of a batch, whose events and contexts were there before. */
async function batch(count: number): Promise<number> {
  const events = Array.from({ length: count }, (_, index) => event(index));
  const contexts = Array.from({ length: count }, contextOf);
  gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < count; index++)
    await handle(events[index] as object, contexts[index] as object);
  const after = process.memoryUsage().heapUsed;
  await forget();
  return (after - before) / count;
}

const tries = Number(given);
for (let warm = 0; warm < tries * 3; warm++) await batch(500);
const bytes: number[] = [];
for (let turn = 0; turn < tries; turn++) bytes.push(await batch(500));
console.log(JSON.stringify(median(bytes)));
