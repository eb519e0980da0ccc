import assert from "node:assert/strict";
import type { Model } from "../../../src/models/types.ts";
import { type Case, refuses, seed, type Thing } from "./thing.ts";

/** Reads, adds one and writes until nobody came in between. */
async function increment(model: Model<Thing>, id: string): Promise<void> {
  for (;;) {
    const loaded = (await model.objects.get(id)) as Thing;
    try {
      await model.update(loaded, { rank: Number(loaded.rank) + 1 });
      return;
    } catch (error) {
      if ((error as { statusCode?: unknown }).statusCode !== 409) throw error;
    }
  }
}

/** That no change is lost. */
export const writeCases: readonly Case[] = [
  {
    name: "an update changes what it names, leaves the rest, and gives back the whole",
    needs: [],
    async run(model) {
      const [a] = await seed(model, [{ id: "a", name: "x", rank: 1, data: { k: 1 }, born: new Date(5) }]);
      const updated = await model.update(a as Thing, { name: "y", data: null, rank: undefined as never });
      const { version: _old, ...before } = a as Thing;
      const { version: _new, ...after } = updated;
      assert.deepEqual(after, { ...before, name: "y", data: null });
      assert.deepEqual(await model.objects.get("a"), updated);
      assert.equal((await model.update(updated, {})).name, "y");
      assert.equal(
        (await model.update((await model.objects.get("a")) as Thing, { id: "a", rank: 2 })).rank,
        2,
      );
    },
  },
  {
    name: "an id can't be changed",
    needs: [],
    async run(model) {
      const [a] = await seed(model, [{ id: "a" }]);
      assert.equal((await refuses(400, () => model.update(a as Thing, { id: "b" }))).field, "id");
      assert.equal(await model.objects.get("b"), undefined);
    },
  },
  {
    name: "an update of what was changed meanwhile is a conflict and changes nothing",
    needs: [],
    async run(model) {
      const [a] = await seed(model, [{ id: "a", name: "x", data: { k: 1 }, born: new Date(5), score: 0.1 }]);
      await model.update(a as Thing, { data: { k: 2 } });
      await refuses(409, () => model.update(a as Thing, { name: "late" }));
      const stored = await model.objects.get("a");
      assert.deepEqual([stored?.name, stored?.data], ["x", { k: 2 }]);
      await model.update(stored as Thing, { name: "again" });
    },
  },
  {
    name: "a null that became a value, or the other way round, is a change",
    needs: [],
    async run(model) {
      const [a, b] = await seed(model, [{ id: "a" }, { id: "b", name: "x" }]);
      await model.update(a as Thing, { name: "x" });
      await refuses(409, () => model.update(a as Thing, { rank: 1 }));
      await model.update(b as Thing, { name: null });
      await refuses(409, () => model.update(b as Thing, { rank: 1 }));
    },
  },
  {
    name: "50 writers at once lose no increment",
    needs: [],
    async run(model) {
      await seed(model, [{ id: "a", rank: 0 }]);
      await Promise.all(Array.from({ length: 50 }, () => increment(model, "a")));
      assert.equal((await model.objects.get("a"))?.rank, 50);
    },
  },
  {
    name: "a delete of what was changed meanwhile is a conflict and removes nothing",
    needs: [],
    async run(model) {
      const given = { name: "x", data: { k: 1 }, born: new Date(5), score: 0.1, rank: 1 };
      const changes: Partial<Thing>[] = [
        { name: "y" },
        { name: null },
        { email: "a@x.io" },
        { data: { k: 2 } },
        { born: new Date(6) },
        { active: false },
      ];
      for (const change of changes) {
        const [a] = await seed(model, [given]);
        const changed = await model.update(a as Thing, change);
        await refuses(409, () => model.delete(a as Thing), JSON.stringify(change));
        assert.deepEqual(await model.objects.get(changed.id), changed);
        await model.delete((await model.objects.get(changed.id)) as Thing);
        assert.equal(await model.objects.get(changed.id), undefined);
        await refuses(404, () => model.delete(a as Thing));
      }
      const [b] = await seed(model, [given]);
      await model.delete(await model.update(b as Thing, { rank: 2 }));
      assert.equal(await model.objects.count(), 0);
    },
  },
  {
    name: "of one that changes and one that deletes at once, one succeeds",
    needs: [],
    async run(model) {
      for (let round = 0; round < 10; round++) {
        const [a] = await seed(model, [{ name: "x" }]);
        const settled = await Promise.allSettled([
          model.update(a as Thing, { name: "y" }),
          model.delete(a as Thing),
        ]);
        const failed = settled.filter(({ status }) => status === "rejected");
        assert.equal(failed.length, 1);
        const stored = await model.objects.get((a as Thing).id);
        assert.equal(stored?.name, settled[0].status === "fulfilled" ? "y" : undefined);
      }
    },
  },
  {
    name: "updating or deleting what is gone is not found",
    needs: [],
    async run(model) {
      const [a] = await seed(model, [{ id: "a", name: "x" }]);
      await model.delete(a as Thing);
      assert.equal(await model.objects.get("a"), undefined);
      await refuses(404, () => model.update(a as Thing, { name: "y" }));
      await refuses(404, () => model.delete(a as Thing));
      assert.equal(await model.objects.count(), 0);
    },
  },
  {
    name: "of many that delete the same at once, one succeeds and the others find nothing",
    needs: [],
    async run(model) {
      const [a] = await seed(model, [{ id: "a" }, { id: "b" }]);
      const settled = await Promise.allSettled(Array.from({ length: 20 }, () => model.delete(a as Thing)));
      assert.equal(settled.filter(({ status }) => status === "fulfilled").length, 1);
      for (const result of settled) {
        if (result.status === "rejected") assert.equal(result.reason.statusCode, 404);
      }
      assert.equal(await model.objects.count(), 1);
    },
  },
];
