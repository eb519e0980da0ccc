import { describe, expect, it } from "vitest";
import { allMaybePromise, isThenable } from "../../../src/core/maybePromise.ts";

describe("allMaybePromise", () => {
  it("gives the results at once when none is a promise", () => {
    expect(allMaybePromise(3, index => index * 2)).toEqual([0, 2, 4]);
    expect(allMaybePromise(0, () => Promise.reject(new Error("never made")))).toEqual([]);
  });

  it("gives one promise, in order, when any is a promise or looks like one", async () => {
    // biome-ignore lint/suspicious/noThenProperty: a look-alike is what is tested
    const thenable = { then: (done: (value: string) => void) => done("b") } as unknown as Promise<string>;
    const made = allMaybePromise(3, index => (index === 1 ? thenable : "ac".charAt(index / 2)));
    expect(made).toBeInstanceOf(Promise);
    expect(await made).toEqual(["a", "b", "c"]);
    const two = allMaybePromise(3, index => (index > 0 ? Promise.resolve(index) : index));
    expect(await two).toEqual([0, 1, 2]);
  });

  it("throws before the first promise, and rejects behind it with nothing unhandled", async () => {
    const fail = (): never => {
      throw new Error("thrown");
    };
    expect(() => allMaybePromise(2, fail)).toThrow(new Error("thrown"));
    const rejected = new Error("rejected");
    const made = allMaybePromise(3, index => (index === 0 ? Promise.reject(rejected) : fail()));
    await expect(made).rejects.toBe(rejected);
  });
});

describe("isThenable", () => {
  it("knows promises by their then", () => {
    expect(isThenable(Promise.resolve())).toBe(true);
    // biome-ignore lint/suspicious/noThenProperty: a look-alike is what is tested
    expect(isThenable(Object.assign(() => 1, { then: () => 1 }))).toBe(true);
    // biome-ignore lint/suspicious/noThenProperty: a look-alike is what is tested
    for (const value of [null, undefined, 1, "x", {}, { then: 1 }, () => 1])
      expect(isThenable(value)).toBe(false);
  });
});
