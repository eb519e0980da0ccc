import assert from "node:assert/strict";
import { asUser } from "../../../src/models/stamps/asUser.ts";
import { statementsOf } from "./querysets.ts";
import {
  findsOnly,
  idsOf,
  later,
  type StampCase,
  type StampedThing,
  seeded,
  three,
  timeOf,
} from "./stamped.ts";
import { refuses, type Thing, thing } from "./thing.ts";

/** What a model does that marks what is deleted. */
export const softDeleteCases: readonly StampCase[] = [
  {
    name: "what is deleted is found by nothing, and is not there to be changed or deleted again",
    needs: ["filters", "ordering"],
    async run(model) {
      const [a, b] = (await seeded(model, three)) as [StampedThing, StampedThing];
      await later();
      await asUser("bob", () => model.delete(a));
      await findsOnly(model.objects, ["b", "c"]);
      await findsOnly(model.objects.filter({ name: "Ann" }), ["c"]);
      await findsOnly(model.objects.onlyDeleted(), ["a"]);
      await findsOnly(model.objects.withDeleted(), ["a", "b", "c"]);
      await findsOnly(model.objects.filter({ name: "Ann" }).withDeleted(), ["a", "c"]);
      const gone = (await model.objects.withDeleted().get("a")) as StampedThing;
      assert.ok(timeOf(gone.deletedAt) > timeOf(a.createdAt) && timeOf(gone.deletedAt) <= Date.now());
      assert.deepEqual(
        [gone.updatedAt, gone.updatedBy, gone.createdAt, gone.name],
        [gone.deletedAt, "bob", a.createdAt, "Ann"],
      );
      for (const object of [a, gone]) {
        await refuses(404, () => model.update(object, { name: "x" }));
        await refuses(404, () => model.delete(object));
      }
      assert.deepEqual(await model.objects.withDeleted().get("a"), gone);
      assert.equal((await refuses(409, () => model.create(thing({ id: "a" })))).field, "id");
      assert.equal((await refuses(400, () => model.update(b, { deletedAt: new Date() }))).field, "deletedAt");
      assert.equal(
        (await refuses(400, () => model.create(thing({ deletedAt: new Date() } as Partial<Thing>)))).field,
        "deletedAt",
      );
      assert.equal((await model.update(b, { deletedAt: null, name: "new" })).name, "new");
      await refuses(409, () => model.delete(b));
    },
  },
  {
    name: "a search finds nothing that is deleted",
    needs: ["search"],
    async run(model) {
      const [a] = await seeded(model, three);
      await model.delete(a as StampedThing);
      const found = await model.objects.search("ann", ["name"]).all();
      assert.deepEqual(
        found.map(({ id }) => id),
        ["c"],
      );
    },
  },
  {
    name: "what is deleted is restored, once, with all that it was",
    needs: ["filters"],
    async run(model) {
      const [a, b] = (await seeded(model, three)) as [StampedThing, StampedThing];
      await model.delete(a);
      const gone = (await model.objects.onlyDeleted().get("a")) as StampedThing;
      await later();
      const restored = await asUser("eve", () => model.restore(gone));
      const { version: _old, updatedAt: _at, updatedBy: _by, ...was } = a;
      const { version: _new, updatedAt, updatedBy, ...is } = restored;
      assert.deepEqual(is, was);
      assert.ok(updatedBy === "eve" && timeOf(updatedAt) > timeOf(gone.updatedAt));
      assert.deepEqual(await model.objects.get("a"), restored);
      assert.equal(await model.objects.onlyDeleted().count(), 0);
      await refuses(404, () => model.restore(gone));
      await refuses(404, () => model.restore(restored));
      await refuses(404, () => model.restore(b));
      await refuses([404, 409], () => model.delete(a));
      await model.delete(restored);
      await refuses([404, 409], () => model.restore(gone));
      assert.deepEqual(await idsOf(model), ["b", "c"]);
    },
  },
  {
    name: "a delete of a queryset marks what is not deleted yet; of what is deleted it removes for good",
    needs: ["filters"],
    async run(model) {
      await seeded(model, [...three, { id: "d", name: "Dan" }]);
      assert.equal(await asUser("bob", () => model.objects.filter({ name: "Ann" }).delete()), 2);
      assert.equal(await model.objects.filter({ name: "Ann" }).delete(), 0);
      assert.deepEqual(await idsOf(model), ["b", "d"]);
      const gone = (await model.objects.onlyDeleted().get("c")) as StampedThing;
      assert.deepEqual([gone.updatedBy, gone.updatedAt], ["bob", gone.deletedAt]);
      await later();
      assert.equal(
        await model.objects
          .withDeleted()
          .filter({ name: ["Ann", "Bea"] })
          .delete(),
        1,
      );
      assert.deepEqual(await model.objects.onlyDeleted().get("c"), gone);
      assert.equal(await model.objects.onlyDeleted().filter({ name: "Bea" }).update({ name: "Ben" }), 1);
      assert.equal(await model.objects.update({ score: 7 }), 1);
      assert.equal(await model.objects.onlyDeleted().filter({ name: "Ann" }).delete(), 2);
      assert.deepEqual(await idsOf({ objects: model.objects.withDeleted() }), ["b", "d"]);
      assert.equal((await model.objects.withDeleted().get("b"))?.name, "Ben");
      await model.create(thing({ id: "a" }));
    },
  },
  {
    name: "a delete of a queryset that marks is one statement",
    needs: ["filters", "sets"],
    async run(model, statements) {
      await seeded(model, three);
      const some = model.objects.filter({ name: "Ann" });
      assert.equal((await statementsOf(statements, () => some.delete())) ?? 1, 1);
      const gone = model.objects.onlyDeleted();
      assert.equal((await statementsOf(statements, () => gone.delete())) ?? 1, 1);
      assert.deepEqual(await idsOf({ objects: model.objects.withDeleted() }), ["b"]);
    },
  },
  {
    name: "unique is what is not deleted",
    needs: ["unique"],
    async run(model) {
      const [a] = (await seeded(model, [{ id: "a", email: "a@x.io" }])) as [StampedThing];
      await refuses(409, () => model.create(thing({ id: "b", email: "a@x.io" })));
      await model.delete(a);
      const b = await model.create(thing({ id: "b", email: "a@x.io" }));
      const gone = (await model.objects.onlyDeleted().get("a")) as StampedThing;
      assert.equal((await refuses(409, () => model.restore(gone))).field, "email");
      assert.deepEqual(await model.objects.onlyDeleted().get("a"), gone);
      assert.equal((await refuses(409, () => model.create(thing({ email: "a@x.io" })))).field, "email");
      await model.delete(b);
      await model.restore(gone);
      assert.equal((await refuses(409, () => model.create(thing({ email: "a@x.io" })))).field, "email");
    },
  },
  {
    name: "of many that delete the same at once one succeeds, and of one that changes and one that deletes",
    needs: [],
    async run(model) {
      const [a, b] = (await seeded(model, three)) as [StampedThing, StampedThing];
      const settled = await Promise.allSettled(Array.from({ length: 10 }, () => model.delete(a)));
      assert.equal(settled.filter(({ status }) => status === "fulfilled").length, 1);
      for (const one of settled) if (one.status === "rejected") assert.equal(one.reason.statusCode, 404);
      const both = await Promise.allSettled([model.update(b, { name: "x" }), model.delete(b)]);
      assert.equal(both.filter(({ status }) => status === "fulfilled").length, 1);
      assert.equal((await model.objects.get("b"))?.name, both[0].status === "fulfilled" ? "x" : undefined);
    },
  },
  {
    name: "a cursor belongs to what is deleted, or to what is not",
    needs: ["cursor", "filters", "ordering"],
    async run(model) {
      await seeded(model, [...three, { id: "d", name: "Dan" }]);
      await model.objects.filter({ id: ["a", "c", "d"] }).delete();
      const gone = model.objects.onlyDeleted().orderBy("id");
      const first = await gone.page({ limit: 2 });
      assert.deepEqual(
        first.items.map(({ id }) => id),
        ["a", "c"],
      );
      const cursor = first.nextCursor as string;
      assert.deepEqual(
        (await gone.page({ limit: 2, cursor })).items.map(({ id }) => id),
        ["d"],
      );
      await refuses(400, () => model.objects.orderBy("id").page({ limit: 2, cursor }));
      await refuses(400, () => model.objects.withDeleted().orderBy("id").page({ limit: 2, cursor }));
    },
  },
];
