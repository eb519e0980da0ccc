import { describe, expect, it } from "vitest";
import { virtualClock } from "../../../tools/aws/clock.ts";
import { seededRandom } from "../../../tools/aws/random.ts";

describe("virtualClock", () => {
  it("does what is due in order of the moments, and of asking where they are the same", () => {
    const clock = virtualClock(1000);
    const log: [string, number][] = [];
    const note = (name: string) => () => log.push([name, clock.now()]);
    clock.at(1500, note("c"));
    clock.at(1200, note("a"));
    clock.at(1500, note("d"));
    clock.at(1200, () => clock.at(1100, note("past")));
    clock.at(1300, note("cancelled")).cancel();
    expect(clock.now()).toBe(1000);
    while (clock.nextAt(true) !== undefined) clock.step();
    expect(log).toEqual([
      ["a", 1200],
      ["past", 1200],
      ["c", 1500],
      ["d", 1500],
    ]);
  });

  it("knows what comes back for ever from what ends", () => {
    const clock = virtualClock(0);
    clock.at(10, () => undefined, true);
    expect([clock.nextAt(true), clock.nextAt(false)]).toEqual([10, undefined]);
    const timer = clock.at(20, () => undefined);
    // What recurs still comes first on the way there.
    expect(clock.nextAt(false)).toBe(10);
    timer.cancel();
    timer.cancel();
    expect(clock.nextAt(false)).toBeUndefined();
  });

  it("keeps its order whatever is cancelled", () => {
    const random = seededRandom(3);
    const clock = virtualClock(0);
    const seen: number[] = [];
    const wanted: number[] = [];
    for (let index = 0; index < 20_000; index++) {
      const at = random.below(1_000_000);
      const timer = clock.at(at, () => seen.push(at));
      if (random.chance(0.7)) timer.cancel();
      else wanted.push(at);
    }
    while (clock.nextAt(false) !== undefined) clock.step();
    expect(seen).toEqual(wanted.sort((a, b) => a - b));
  });
});

describe("seededRandom", () => {
  const numbers = (seed: number): number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 1000 }, () => random.next());
  };

  it("gives the same numbers for the same seed, and others for another", () => {
    expect(numbers(1)).toEqual(numbers(1));
    expect(numbers(1)).not.toEqual(numbers(2));
    expect(numbers(2 ** 33)).not.toEqual(numbers(0));
  });

  it("spreads them evenly, from 0 to 1", () => {
    const all = numbers(9);
    expect(all.every(value => value >= 0 && value < 1)).toBe(true);
    const tenths = Array.from(
      { length: 10 },
      (_, tenth) => all.filter(value => Math.floor(value * 10) === tenth).length,
    );
    expect(Math.min(...tenths)).toBeGreaterThan(60);
    expect(Math.max(...tenths)).toBeLessThan(140);
  });

  it("draws nothing for what never happens", () => {
    const [one, other] = [seededRandom(1), seededRandom(1)];
    expect([one.chance(0), other.next(), one.next()]).toEqual([false, numbers(1)[0], numbers(1)[0]]);
  });

  it("makes UUIDs of version 4", () => {
    const random = seededRandom(1);
    const form = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
    const ids = Array.from({ length: 1000 }, () => random.uuid());
    expect(ids.filter(id => !form.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(1000);
  });
});
