import type { Clock } from "./clock.ts";
import { currentRun, outsideRuns } from "./runs/run.ts";

/** What is going on, and the only hand that moves the clock. */
export interface Work {
  /** Has something count as going on until it has ended. Who waits by the clock inside of it holds up nobody. */
  during<Result>(act: () => Promise<Result>): Promise<Result>;
  /** Moves the clock by so many milliseconds: what falls due happens, each thing when all that it set off has ended. */
  advance(milliseconds: number): Promise<void>;
  /** Moves the clock until nothing is left to happen but what comes back for ever. */
  drain(): Promise<void>;
}

/**
 * Keeps the books of what is going on.
 *
 * @param fail makes the error of what never ends
 */
export function workOn(clock: Clock, fail: (message: string) => Error): Work {
  let busy = 0;
  let changed = Promise.withResolvers<void>();
  /** Who moves the clock: the last one, while the others wait for it. */
  const movers: object[] = [];

  function change(by: number): void {
    busy += by;
    changed.resolve();
    changed = Promise.withResolvers();
  }

  const mayMove = (mover: object): boolean => busy === 0 && movers.at(-1) === mover;

  async function settle(mover: object): Promise<void> {
    while (!mayMove(mover)) await changed.promise;
  }

  /** Runs what is due until the next moment is not wanted. */
  async function move(mover: object, next: () => number | undefined): Promise<void> {
    await settle(mover);
    let steps = 0;
    let last = clock.now();
    for (let moment = next(); moment !== undefined; moment = next()) {
      clock.step();
      if (!mayMove(mover)) await settle(mover);
      steps = clock.now() === last ? steps + 1 : 0;
      last = clock.now();
      if (steps > 10_000_000) throw fail("Things go on for ever at one moment");
    }
  }

  /** A run that moves the clock is not waited for meanwhile. */
  function moving(act: (mover: object) => Promise<void>): Promise<void> {
    const isInside = currentRun() !== undefined;
    return outsideRuns(async () => {
      const mover = {};
      movers.push(mover);
      if (isInside) change(-1);
      try {
        // Whoever has called it goes on first, and may set more off.
        await undefined;
        await act(mover);
      } finally {
        movers.splice(movers.indexOf(mover), 1);
        change(isInside ? 1 : 0);
      }
    });
  }

  return {
    async during(act) {
      change(1);
      try {
        return await act();
      } finally {
        change(-1);
      }
    },
    advance: milliseconds =>
      moving(async mover => {
        const end = clock.now() + milliseconds;
        await move(mover, () => {
          const moment = clock.nextAt(true);
          return moment !== undefined && moment <= end ? moment : undefined;
        });
        clock.moveTo(end);
      }),
    drain: () => moving(mover => move(mover, () => clock.nextAt(false))),
  };
}
