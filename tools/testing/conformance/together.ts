import assert from "node:assert/strict";
import type { Model } from "../../../src/models/types.ts";
import { type Case, idsOf, refuses, seed, type Thing, thing } from "./thing.ts";

type Together = NonNullable<Model<Thing>["together"]>;

/** A model that keeps writes together; `undefined` where the engine does not. */
const togetherOf = (model: Model<Thing>): Together | undefined =>
  model.together && (run => (model.together as Together)(run));

const stop = new Error("stop");

/** That what belongs together is written as a whole, or not at all. An engine without `together` passes. */
export const togetherCases: readonly Case[] = [
  {
    name: "writes that are kept together are all there",
    needs: [],
    async run(model) {
      const together = togetherOf(model);
      if (together === undefined) return;
      const [a, b] = await seed(model, [{ id: "a", name: "x", rank: 1 }, { id: "b" }]);
      const made = await together(async bound => {
        const created = await bound.create(thing({ id: "c", name: "z", price: "1.5", born: new Date(5) }));
        const changed = await bound.update(a as Thing, { name: "y", rank: null });
        await bound.delete(b as Thing);
        return [created, changed] as const;
      });
      assert.deepEqual(await idsOf(model.objects.filter({ id: ["a", "b", "c"] })), ["a", "c"]);
      const stored = [await model.objects.get("c"), await model.objects.get("a")];
      assert.deepEqual(made, stored);
      // What came of it is loaded, as it were.
      assert.equal((await model.update(made[1], { rank: 2 })).rank, 2);
      await model.delete(made[0]);
    },
  },
  {
    name: "of writes that are kept together none is there when the function throws",
    needs: [],
    async run(model) {
      const together = togetherOf(model);
      if (together === undefined) return;
      const [a, b] = await seed(model, [{ id: "a", name: "x" }, { id: "b" }]);
      const run = together(async bound => {
        await bound.create(thing({ id: "c" }));
        await bound.update(a as Thing, { name: "y" });
        await bound.delete(b as Thing);
        throw stop;
      });
      await assert.rejects(run, error => error === stop);
      assert.deepEqual(await idsOf(model.objects.filter({ id: ["a", "b", "c"] })), ["a", "b"]);
      assert.deepEqual([await model.objects.get("a"), await model.objects.get("b")], [a, b]);
      assert.equal(await together(async () => "nothing"), "nothing");
    },
  },
  {
    name: "a write that is refused in the middle leaves nothing of the others",
    needs: [],
    async run(model) {
      const together = togetherOf(model);
      if (together === undefined) return;
      const [a, b, c] = await seed(model, [{ id: "a", name: "x" }, { id: "b" }, { id: "c" }]);
      await model.update(b as Thing, { name: "newer" });
      await model.delete(c as Thing);
      const middles: [status: number, middle: (bound: Model<Thing>) => Promise<unknown>][] = [
        [409, bound => bound.create(thing({ id: "a" }))],
        [409, bound => bound.update(b as Thing, { name: "late" })],
        [409, bound => bound.delete(b as Thing)],
        [404, bound => bound.update(c as Thing, { name: "late" })],
        [404, bound => bound.delete(c as Thing)],
        [400, bound => bound.update(a as Thing, { rank: "many" as never })],
        [400, bound => bound.create(thing({ id: "d", rank: "many" as never }))],
      ];
      for (const [status, middle] of middles) {
        await refuses(status, () =>
          together(async bound => {
            await bound.create(thing({ id: "e" }));
            await middle(bound);
            await bound.create(thing({ id: "f" }));
          }),
        );
        assert.deepEqual(await idsOf(model.objects.filter({ id: ["a", "b", "c", "d", "e", "f"] })), [
          "a",
          "b",
        ]);
        assert.deepEqual(await model.objects.get("a"), a);
        assert.equal((await model.objects.get("b"))?.name, "newer");
      }
    },
  },
  {
    name: "a duplicate among writes that are kept together leaves nothing of them",
    needs: ["unique"],
    async run(model) {
      const together = togetherOf(model);
      if (together === undefined) return;
      await seed(model, [{ id: "a", email: "a@x.io" }]);
      for (const email of ["a@x.io", "b@x.io"]) {
        const error = await refuses(409, () =>
          together(async bound => {
            await bound.create(thing({ id: "b", email: "b@x.io" }));
            await bound.create(thing({ id: "c", email }));
          }),
        );
        assert.equal(error.field, "email");
        assert.deepEqual(await idsOf(model.objects), ["a"]);
      }
      await model.create(thing({ id: "b", email: "b@x.io" }));
    },
  },
  {
    name: "of two that keep writes to one object together at once, one is refused and has written nothing",
    needs: ["together"],
    async run(model) {
      const together = togetherOf(model);
      if (together === undefined) return;
      const [a] = await seed(model, [{ id: "a", rank: 0 }]);
      const add = (id: string, rank: number): Promise<unknown> =>
        together(async bound => {
          await bound.create(thing({ id }));
          await bound.update(a as Thing, { rank });
        });
      const ended = await Promise.allSettled([add("b", 1), add("c", 2)]);
      const refused = ended.filter(({ status }) => status === "rejected") as PromiseRejectedResult[];
      assert.equal(refused.length, 1);
      await refuses([409, 503], () => Promise.reject(refused[0]?.reason));
      const rank = ended[0]?.status === "fulfilled" ? 1 : 2;
      assert.equal((await model.objects.get("a"))?.rank, rank);
      const expected = ["a", rank === 1 ? "b" : "c"];
      assert.deepEqual(await idsOf(model.objects.filter({ id: ["a", "b", "c"] })), expected);
    },
  },
  {
    name: "writes of others stay while some that are kept together are undone",
    needs: ["together"],
    async run(model) {
      const together = togetherOf(model);
      if (together === undefined) return;
      const [a, b] = await seed(model, [{ id: "a" }, { id: "b" }]);
      let others: Promise<unknown> = Promise.resolve();
      const run = together(async bound => {
        await bound.update(a as Thing, { name: "undone" });
        // Not awaited here: where a database has one connection, it waits for this one.
        others = Promise.all([model.update(b as Thing, { name: "kept" }), model.create(thing({ id: "c" }))]);
        await new Promise(resolve => setTimeout(resolve, 5));
        throw stop;
      });
      await assert.rejects(run, error => error === stop);
      await others;
      const names = await Promise.all(["a", "b"].map(async id => (await model.objects.get(id))?.name));
      assert.deepEqual(names, [null, "kept"]);
      assert.notEqual(await model.objects.get("c"), undefined);
    },
  },
];
