import { describe, expect, it } from "vitest";
import { memoryStore } from "../../../src/idempotency/memory.ts";
import { storeCases } from "./storeCases.ts";

describe("memoryStore", () => {
  const store = memoryStore();
  storeCases(() => store);

  it("forgets what has expired, so that it does not grow for ever", async () => {
    const own = memoryStore();
    const claim = (id: number, now: number) =>
      own.claim({ id: `${id}`, fingerprint: "f", owner: "o", now, expires: now + 1000 });
    for (let id = 0; id < 1000; id++) await claim(id, 0);
    await claim(1000, 999);
    expect(await claim(0, 999)).toMatchObject({ fingerprint: "f" });
    for (let id = 1001; id < 2000; id++) await claim(id, 5000);
    // Whoever was swept is free even at an earlier time, at which it would not have expired.
    expect(await claim(1, 500)).toMatchObject({ fingerprint: "f" });
    await claim(2000, 5000);
    expect(await claim(2, 500)).toBeUndefined();
  });
});
