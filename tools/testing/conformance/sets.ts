import assert from "node:assert/strict";
import type { Model } from "../../../src/models/types.ts";
import { objectsOf, statementsOf } from "./querysets.ts";
import { type Case, idsOf, refuses, seed, type Thing } from "./thing.ts";

const given: readonly Partial<Thing>[] = [
  { id: "a", name: "x", group: "x", rank: 1, data: { k: 1 } },
  { id: "b", name: "y", group: "y", rank: 2, data: { k: 2 } },
  { id: "c", name: null, group: "x", rank: 3, data: null },
  { id: "d", name: "z", group: "x", rank: 4, data: { k: 4 } },
];

/** All that is stored by id, without the version. */
async function stored(model: Model<Thing>): Promise<Record<string, Omit<Thing, "version">>> {
  const { items } = await model.objects.page({});
  return Object.fromEntries(items.map(({ version: _version, ...one }) => [one.id, one]));
}

/** What a queryset does to all its objects. */
export const setCases: readonly Case[] = [
  {
    name: "an update of a queryset changes its objects and no other, and says how many they were",
    needs: ["filters"],
    async run(model) {
      const seeded = await seed(model, given);
      const before = await stored(model);
      const values: Partial<Thing> = {
        name: "new",
        score: 1.5,
        big: 2n ** 40n,
        price: "1.5",
        active: true,
        born: new Date(5),
        data: { b: [1], a: null },
      };
      const objects = objectsOf(model).filter({ group: "x", not: { rank: 4 } });
      assert.equal(await objects.orderBy("-id").update(values), 2);
      const after = { ...before, a: { ...before.a, ...values }, c: { ...before.c, ...values } };
      assert.deepEqual(await stored(model), after);
      assert.equal(await objects.update({ name: null, rank: undefined as never }), 2);
      assert.equal((await model.objects.get("c"))?.name, null);
      assert.equal((await model.objects.get("c"))?.rank, 3);
      assert.equal(await objectsOf(model).filter({ group: "none" }).update({ name: "none" }), 0);
      assert.equal(await objectsOf(model).filter({ group: [] }).update({ name: "none" }), 0);
      assert.equal(await objectsOf(model).update({ name: "all" }), 4);
      const { version } = (await model.objects.get("a")) as Thing;
      assert.equal(version, seeded[0]?.version && 4);
    },
  },
  {
    name: "an update of a queryset may take objects out of it",
    needs: ["filters"],
    async run(model) {
      await seed(model, given);
      const objects = objectsOf(model).filter({ group: "x" });
      assert.equal(await objects.update({ group: "y" }), 3);
      assert.equal(await objects.count(), 0);
      assert.equal(await objects.update({ group: "y" }), 0);
    },
  },
  {
    name: "what an update of a queryset has changed is changed for whoever loaded it before",
    needs: ["filters"],
    async run(model) {
      const [a, b] = await seed(model, given);
      await objectsOf(model).filter({ id: "a" }).update({ name: "new" });
      await refuses(409, () => model.update(a as Thing, { rank: 9 }));
      await refuses(409, () => model.delete(a as Thing));
      assert.equal((await model.update(b as Thing, { rank: 9 })).rank, 9);
    },
  },
  {
    name: "an update of a queryset refuses ids, unknown fields and values that do not fit, and changes nothing",
    needs: [],
    async run(model) {
      const [a] = await seed(model, given);
      const before = await stored(model);
      const wrong: [changes: unknown, field: string | undefined][] = [
        [{ name: "new", id: "e" }, "id"],
        [{ name: "new", id: "a" }, "id"],
        [{ name: "new", nope: 1 }, "nope"],
        [{ name: "new", nope: null }, "nope"],
        [{ name: "new", rank: "1" }, "rank"],
        [{ name: "new", born: "2020-01-01" }, "born"],
        [null, undefined],
        ["name", undefined],
        [[], undefined],
      ];
      for (const [changes, field] of wrong) {
        const error = await refuses(400, async () => objectsOf(model).update(changes as never));
        assert.equal(error.field, field);
      }
      assert.equal(await objectsOf(model).update({}), 0);
      assert.equal(await objectsOf(model).update({ name: undefined as never }), 0);
      assert.deepEqual(await stored(model), before);
      assert.deepEqual(await model.objects.get("a"), a);
    },
  },
  {
    name: "an update of a queryset does not set the version",
    needs: ["sets"],
    async run(model) {
      const [a] = await seed(model, given);
      if (typeof a?.version !== "number") return;
      const changes = { name: "new", version: a.version };
      const error = await refuses(400, async () => objectsOf(model).update(changes));
      assert.equal(error.field, "version");
      assert.deepEqual(await model.objects.get("a"), a);
    },
  },
  {
    name: "an update of a queryset that makes duplicates is a conflict and changes nothing",
    needs: ["unique", "filters", "sets"],
    async run(model) {
      await seed(model, [{ id: "a", email: "a@x.io" }, { id: "b" }, { id: "c" }]);
      const before = await stored(model);
      const objects = objectsOf(model);
      const error = await refuses(409, () =>
        objects.filter({ id: ["b", "c"] }).update({ email: "b@x.io", rank: 1 }),
      );
      assert.equal(error.field, "email");
      await refuses(409, () => objects.filter({ id: "b" }).update({ email: "a@x.io" }));
      await refuses(409, () => objects.filter({ id: ["a", "b"] }).update({ email: "c@x.io" }));
      assert.deepEqual(await stored(model), before);
      await refuses(409, () => model.create({ email: "a@x.io" }));
      assert.equal(await objects.filter({ id: "a" }).update({ email: "a@x.io" }), 1);
      assert.equal(await objects.update({ email: null }), 3);
      assert.equal(await objects.filter({ id: "b" }).update({ email: "a@x.io" }), 1);
      await refuses(409, () => model.create({ email: "a@x.io" }));
    },
  },
  {
    name: "a delete of a queryset removes its objects and no other, and says how many they were",
    needs: ["filters"],
    async run(model) {
      await seed(model, given);
      const objects = objectsOf(model);
      assert.equal(await objects.filter({ group: "none" }).delete(), 0);
      assert.equal(await objects.filter({ id: [] }).delete(), 0);
      assert.equal(
        await objects
          .filter({ group: "x", rank: { gte: 3 } })
          .orderBy("-id")
          .delete(),
        2,
      );
      assert.deepEqual(await idsOf(model.objects.filter({ id: ["a", "b", "c", "d"] })), ["a", "b"]);
      assert.equal(await objects.delete(), 2);
      assert.equal(await objects.exists(), false);
      await model.create({ id: "a", email: "a@x.io" });
    },
  },
  {
    name: "an update and a delete of a queryset are one statement each",
    needs: ["filters", "sets"],
    async run(model, statements) {
      await seed(model, given);
      const some = objectsOf(model).filter({ group: "x" });
      assert.equal((await statementsOf(statements, () => some.update({ name: "new" }))) ?? 1, 1);
      assert.equal((await statementsOf(statements, () => some.delete())) ?? 1, 1);
      assert.deepEqual(Object.keys(await stored(model)), ["b"]);
    },
  },
];
