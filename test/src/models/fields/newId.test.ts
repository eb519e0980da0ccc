import { afterEach, describe, expect, it, vi } from "vitest";
import { newId } from "../../../../src/models/fields/newId.ts";

afterEach(() => vi.useRealTimers());

describe("newId", () => {
  it("is a UUID of version 7 that holds the time", () => {
    vi.useFakeTimers({ now: Date.now() + 60_000 });
    const id = newId();
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toBe(Date.now());
  });

  it("is random in each of the last 16 digits, but for the variant", () => {
    const ids = Array.from({ length: 2000 }, newId);
    for (const at of [19, 20, 21, 22, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35]) {
      const found = new Set(ids.map(id => id[at]));
      expect([at, [...found].sort().join("")]).toEqual([at, at === 19 ? "89ab" : "0123456789abcdef"]);
    }
    expect(new Set(ids.map(id => id.slice(19))).size).toBe(2000);
  });

  it("is greater than all before it, also within one millisecond and when the clock turns back", () => {
    vi.useFakeTimers({ now: Date.now() + 120_000 });
    const ids = Array.from({ length: 10_000 }, newId);
    vi.setSystemTime(Date.now() - 5000);
    ids.push(newId());
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids).toHaveLength(10_001);
  });
});
