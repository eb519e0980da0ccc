let followers = 0;
let restore: (() => void) | undefined;

function install(virtualNow: () => number | undefined): () => void {
  const Real = globalThis.Date;
  const realNow = Real.now;
  const now = (): number => virtualNow() ?? realNow();
  // A proxy is the same class to `instanceof`, and to whatever reads a static method of it.
  const Virtual: DateConstructor = new Proxy(Real, {
    construct(target, args, newTarget) {
      const given = args.length === 0 ? [now()] : args;
      return Reflect.construct(target, given, newTarget === Virtual ? target : newTarget);
    },
    apply: () => new Virtual().toString(),
  });
  globalThis.Date = Virtual;
  Real.now = now;
  return function restoreDate() {
    if (globalThis.Date === Virtual) globalThis.Date = Real;
    if (Real.now === now) Real.now = realNow;
  };
}

/**
 * Lets `Date.now()`, `new Date()` and `Date()` say the time of whoever asks; who has none of its own keeps the real one. The real `Date`
 * is back as soon as nobody follows any more.
 *
 * @param virtualNow the time of whoever asks
 * @returns what ends it
 */
export function followClock(virtualNow: () => number | undefined): () => void {
  followers++;
  restore ??= install(virtualNow);
  return function release() {
    followers--;
    if (followers > 0) return;
    restore?.();
    restore = undefined;
  };
}
