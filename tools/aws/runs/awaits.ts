/** As much of a run as is needed to end it. */
export interface Mortal {
  readonly deathAt: number | undefined;
  awaits: number;
  isDead: boolean;
  die(): void;
}

type Reaction = ((value: never) => unknown) | null | undefined;

const never = (): Promise<never> => new Promise(() => {});

let guards = 0;
let restore: (() => void) | undefined;

function install(current: () => Mortal | undefined): () => void {
  const { prototype } = Promise;
  const { then } = prototype;
  const described = Object.getOwnPropertyDescriptor(prototype, "constructor") as PropertyDescriptor;
  const mortal = (): Mortal | undefined => {
    const run = current();
    return run?.deathAt === undefined ? undefined : run;
  };

  /** What waits for a promise goes on with nothing once its run is dead. */
  function guarded(run: Mortal, reaction: Reaction): Reaction {
    if (typeof reaction !== "function") return reaction;
    return value => (run.isDead ? never() : reaction(value));
  }

  function mortalThen(this: Promise<unknown>, onFulfilled: Reaction, onRejected: Reaction): Promise<unknown> {
    const run = mortal();
    if (run === undefined) return then.call(this, onFulfilled as never, onRejected as never);
    if (!run.isDead && ++run.awaits === run.deathAt) run.die();
    if (run.isDead) return never();
    return then.call(this, guarded(run, onFulfilled) as never, guarded(run, onRejected) as never);
  }

  Object.defineProperty(prototype, "constructor", {
    configurable: true,
    // `await` takes a promise of this very class as it is, without a call that could be seen, and calls `then` of any other
    // (PromiseResolve, https://tc39.es/ecma262/#sec-promise-resolve).
    get: () => (mortal() === undefined ? described.value : undefined),
  });
  // biome-ignore lint/suspicious/noThenProperty: it is the one that every await calls
  prototype.then = mortalThen as typeof then;
  return function restorePromise() {
    Object.defineProperty(prototype, "constructor", described);
    // biome-ignore lint/suspicious/noThenProperty: as it was
    prototype.then = then;
  };
}

/**
 * Counts the awaits of mortal runs, and ends such a run at the one where it is to die: nothing behind that await runs, no `catch` and no
 * `finally` either, as in a process that is gone. An await counts whose value is a promise, and so does `then`. What the run has
 * started in other branches ends at their next await. A callback that is no promise's, such as one of a timer, is not stopped.
 *
 * @param current the run that asks
 * @returns what ends the counting, once nobody else counts
 */
export function guardAwaits(current: () => Mortal | undefined): () => void {
  guards++;
  restore ??= install(current);
  return function release() {
    guards--;
    if (guards > 0) return;
    restore?.();
    restore = undefined;
  };
}
