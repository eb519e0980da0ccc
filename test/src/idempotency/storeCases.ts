import { describe, expect, it } from "vitest";
import type { Claim, IdempotencyStore } from "../../../src/idempotency/types.ts";

const start = 1_800_000_000_000;
let serial = 0;

/** A claim of an id of its own, at the start of time, for ten seconds. */
function claimOf(changes: Partial<Claim> = {}): Claim {
  serial++;
  const digits = (letter: string): string => `${letter}${serial}`.padEnd(64, "0");
  return {
    id: digits("a"),
    fingerprint: digits("b"),
    owner: `owner-${serial}`,
    now: start,
    expires: start + 10_000,
    ...changes,
  };
}

/** Another try of the same request, some milliseconds later. */
const again = (claim: Claim, later = 0): Claim =>
  claimOf({
    id: claim.id,
    fingerprint: claim.fingerprint,
    now: claim.now + later,
    expires: claim.now + later + 10_000,
  });

const inFlight = ({ fingerprint }: Claim) => ({ fingerprint, response: undefined });

/**
 * What every store does.
 *
 * @param storeOf gives a store of the same records each time, through another connection where there is one
 */
export function storeCases(storeOf: () => IdempotencyStore): void {
  describe("a claim", () => {
    it("is written where there is none, and stands in the way of others", async () => {
      const store = storeOf();
      const claim = claimOf();
      expect(await store.claim(claim)).toBeUndefined();
      const found = await storeOf().claim(claimOf({ id: claim.id }));
      expect({ ...found, response: found?.response }).toEqual(inFlight(claim));
      expect(await store.claim(claimOf())).toBeUndefined();
    });

    it("ends by itself when its time is up, and not before", async () => {
      const store = storeOf();
      const claim = claimOf();
      await store.claim(claim);
      expect(await store.claim(again(claim, 9000))).toMatchObject({ fingerprint: claim.fingerprint });
      const next = { ...again(claim, 10_000), fingerprint: "c".repeat(64) };
      expect(await store.claim(next)).toBeUndefined();
      expect(await store.claim(again(claim, 11_000))).toMatchObject({ fingerprint: "c".repeat(64) });
    });

    it("of twenty at the same time is written once", async () => {
      const claim = claimOf();
      const stores = [storeOf(), storeOf()];
      const round = (later: number): Promise<unknown[]> =>
        Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            (stores[index % 2] as IdempotencyStore).claim(again(claim, later)),
          ),
        );
      for (const later of [0, 60_000]) {
        const found = await round(later);
        expect(found.filter(record => record === undefined)).toHaveLength(1);
        expect(found.filter(record => record !== undefined)).toHaveLength(19);
      }
    });

    it("that is released is free", async () => {
      const store = storeOf();
      const claim = claimOf();
      await store.claim(claim);
      await storeOf().release(claim);
      expect(await store.claim(again(claim))).toBeUndefined();
    });

    it("is released by its owner alone, who may be late", async () => {
      const store = storeOf();
      const late = claimOf();
      await store.claim(late);
      const next = again(late, 20_000);
      await store.claim(next);
      await store.release(late);
      await store.release(claimOf());
      expect(await store.claim(again(late, 21_000))).toMatchObject({ fingerprint: late.fingerprint });
    });
  });

  describe("a response", () => {
    it.each([
      ["", "empty"],
      ['{"status":200}', "usual"],
      ["\ud83d\ude00 \u00e9 \u4e2d 'quote' \"double\" \\ %s ? $1 \n", "of any characters"],
      ["x".repeat(200_000), "of 200 kB"],
    ])("is given as it was stored: %#", async response => {
      const store = storeOf();
      const claim = claimOf();
      await store.claim(claim);
      await store.complete(claim, response, start + 60_000);
      const found = await storeOf().claim(again(claim, 30_000));
      expect(found).toEqual({ fingerprint: claim.fingerprint, response });
    });

    it("is forgotten when its time is up, and not before", async () => {
      const store = storeOf();
      const claim = claimOf();
      await store.claim(claim);
      await store.complete(claim, "done", start + 60_000);
      expect(await store.claim(again(claim, 59_000))).toMatchObject({ response: "done" });
      expect(await store.claim(again(claim, 60_000))).toBeUndefined();
      const found = await store.claim(again(claim, 61_000));
      expect({ ...found, response: found?.response }).toEqual(inFlight(claim));
    });

    it("may come after the claim's time, if nobody else claimed", async () => {
      const store = storeOf();
      const claim = claimOf();
      await store.claim(claim);
      await store.complete(claim, "late", start + 60_000);
      expect(await store.claim(again(claim, 30_000))).toMatchObject({ response: "late" });
    });

    it("does not replace what another owner claimed or answered meanwhile", async () => {
      const store = storeOf();
      const late = claimOf();
      await store.claim(late);
      const next = again(late, 20_000);
      await store.claim(next);
      await store.complete(late, "late", start + 90_000);
      const found = await store.claim(again(late, 21_000));
      expect({ ...found, response: found?.response }).toEqual(inFlight(next));
      await store.complete(next, "first", start + 90_000);
      await store.complete(late, "late", start + 90_000);
      expect(await store.claim(again(late, 22_000))).toMatchObject({ response: "first" });
    });

    it("may be written again by its owner", async () => {
      const store = storeOf();
      const claim = claimOf();
      await store.claim(claim);
      await store.complete(claim, "one", start + 60_000);
      await store.complete(claim, "two", start + 60_000);
      expect(await store.claim(again(claim, 1000))).toMatchObject({ response: "two" });
    });
  });
}
