import type { Case } from "./cases.ts";
import type { Contender, Handler } from "./contenders/contender.ts";
import { contextOf } from "./context.ts";

/** What a contender takes. */
export interface Timing {
  /** Microseconds per invocation: the median of all rounds. */
  micros: number;
  /** The median of each round's ratio to the first contender. */
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
 * Measures a case: equal batches of each contender in turn, in another order each round, since a shared machine is
 * slower at one time than at another.
 *
 * @param budget milliseconds to spend, of which a quarter is for warming up
 */
export async function measure<C extends Pick<Contender<unknown>, "forget">>(
  { batch, handler, event }: Case<C>,
  contenders: Readonly<Record<string, C>>,
  budget: number,
): Promise<Record<string, Timing>> {
  const runners = Object.entries(contenders).map(([name, contender]) => ({
    name,
    handle: handler(contender),
    forget: () => contender.forget(),
    times: [] as number[],
  }));
  let serial = 1;

  async function round(turn: number): Promise<number[]> {
    const times: number[] = [];
    for (let offset = 0; offset < runners.length; offset++) {
      const at = (turn + offset) % runners.length;
      const { handle, forget } = runners[at] as (typeof runners)[number];
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
