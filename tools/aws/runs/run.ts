import { AsyncLocalStorage } from "node:async_hooks";
import type { Clock } from "../clock.ts";
import { guardAwaits, type Mortal } from "./awaits.ts";
import { followClock } from "./virtualDate.ts";

/** One run of a handler: what it starts is known by it, however much runs at the same time. */
export interface Run extends Mortal {
  readonly clock: Clock;
}

/** How a run ended. */
export type RunEnd = { readonly value: unknown } | { readonly error: unknown } | "died";

const runs = new AsyncLocalStorage<Run | undefined>();

/** The run that asks; `undefined` outside of any. */
export const currentRun = (): Run | undefined => runs.getStore();

/** Does something outside of the run that asks, which neither the death nor the clock of it touches. */
export const outsideRuns = <Result>(act: () => Result): Result => runs.run(undefined, act);

/**
 * Runs something as a handler of one's own AWS: its time is that of the clock, and it dies where it is to die.
 *
 * @param deathAt at which await, from 1; it lives where it does not come so far
 * @returns how it ended
 */
export async function runInside(
  clock: Clock,
  deathAt: number | undefined,
  act: () => unknown,
): Promise<RunEnd> {
  const death = Promise.withResolvers<"died">();
  const run: Run = {
    clock,
    deathAt,
    awaits: 0,
    isDead: false,
    die() {
      run.isDead = true;
      death.resolve("died");
    },
  };
  const releaseDate = followClock(() => currentRun()?.clock.now());
  const releaseAwaits = deathAt === undefined ? undefined : guardAwaits(currentRun);
  const ended = runs.run(run, async () => {
    try {
      return { value: await act() };
    } catch (error) {
      return { error };
    }
  });
  try {
    return await (deathAt === undefined ? ended : Promise.race([ended, death.promise]));
  } finally {
    releaseDate();
    releaseAwaits?.();
  }
}
