import { describe, expect, it } from "vitest";
import { RecentlyUsed } from "../../../src/core/recentlyUsed.ts";

describe("RecentlyUsed", () => {
  function counted(most: number, longest?: number) {
    const made: string[] = [];
    const kept = new RecentlyUsed<{ text: string }>(most, longest);
    const get = (text: string): { text: string } =>
      kept.get(text, given => {
        made.push(given);
        return { text: given };
      });
    return { kept, made, get };
  }

  it("gives what it made until it is told to forget", () => {
    const { kept, made, get } = counted(10);
    const first = get("a");
    expect(get("a")).toBe(first);
    kept.clear();
    expect(get("a")).not.toBe(first);
    expect(made).toEqual(["a", "a"]);
  });

  it("keeps what is used all the time, however many others come", () => {
    const { made, get } = counted(10);
    for (let at = 0; at < 1000; at++) {
      get("hot");
      get(`cold ${at}`);
    }
    expect(made.filter(text => text === "hot")).toEqual(["hot"]);
  });

  it("keeps no more than it may", () => {
    const { made, get } = counted(10);
    const texts = Array.from({ length: 100 }, (_item, at) => `${at}`);
    for (const text of texts) get(text);
    made.length = 0;
    for (const text of texts.toReversed()) get(text);
    expect(made.length).toBeGreaterThanOrEqual(90);
  });

  it("makes long texts each time", () => {
    const { made, get } = counted(10, 5);
    for (const text of ["12345", "123456", "12345", "123456"]) get(text);
    expect(made).toEqual(["12345", "123456", "123456"]);
  });
});
