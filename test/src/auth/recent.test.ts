import { expect, it } from "vitest";
import { recent } from "../../../src/auth/recent.ts";

it("never holds more than its size, and keeps what is asked for", () => {
  const map = recent<number>(10);
  for (let key = 0; key < 1000; key++) {
    map.set(`${key}`, key);
    expect(map.get("0")).toBe(0);
  }
  const kept = Array.from({ length: 1000 }, (_, key) => key).filter(key => map.get(`${key}`) !== undefined);
  expect(kept.length).toBeLessThanOrEqual(10);
  expect(kept).toContain(999);
  expect(kept).toContain(0);
});
