import { contextOf } from "./common/context.ts";
import type { Handler } from "./contenders/contender.ts";

/** A handler that is measured beside others. */
export interface Runner {
  readonly name: string;
  readonly handle: Handler;
  /** Deletes what was created. */
  forget(): void | Promise<void>;
}

/** What a contender takes. */
export interface Timing {
  /** Microseconds per invocation: the median of all rounds. */
  micros: number;
  /** The median of each round's ratio to the first runner. */
  ratio: number;
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
};

/** Events are made before the clock starts; some contenders change them. */
async function timeBatch(handle: Handler, events: readonly object[], context: object[]): Promise<number> {
  const start = process.hrtime.bigint();
  for (let index = 0; index < events.length; index++) {
    await handle(events[index] as object, context[index] as object);
  }
  return Number(process.hrtime.bigint() - start) / 1000 / events.length;
}

/**
 * Measures equal batches of each runner in turn, in another order each round, since a shared machine is slower at one
 * time than at another.
 *
 * @param runners all are compared with the first
 * @param budget milliseconds to spend, of which a quarter is for warming up
 */
export async function measure(
  runners: readonly Runner[],
  { batch, event }: { readonly batch: number; event(serial: number): object },
  budget: number,
): Promise<Record<string, Timing>> {
  let serial = 1;

  async function round(turn: number): Promise<number[]> {
    const times: number[] = [];
    for (let offset = 0; offset < runners.length; offset++) {
      const at = (turn + offset) % runners.length;
      const { handle, forget } = runners[at] as Runner;
      const events = Array.from({ length: batch }, (_, index) => event(serial + index));
      const contexts = Array.from({ length: batch }, contextOf);
      times[at] = await timeBatch(handle, events, contexts);
      await forget();
    }
    serial += batch;
    return times;
  }

  const start = performance.now();
  const rounds: number[][] = [];
  for (let turn = 0; performance.now() - start < budget || rounds.length === 0; turn++) {
    const times = await round(turn);
    if (performance.now() - start > budget / 4) rounds.push(times);
  }
  const timings = runners.map(({ name }, at): [string, Timing] => [
    name,
    {
      micros: median(rounds.map(times => times[at] as number)),
      ratio: median(rounds.map(times => (times[at] as number) / (times[0] as number))),
    },
  ]);
  return Object.fromEntries(timings);
}
