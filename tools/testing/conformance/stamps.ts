import assert from "node:assert/strict";
import { asUser } from "../../../src/models/stamps/asUser.ts";
import { statementsOf } from "./querysets.ts";
import { later, type StampCase, type StampedThing, seeded, stampedFields, three, timeOf } from "./stamped.ts";
import { refuses, thing } from "./thing.ts";

/** What a model says of when, by whom, and whether still. */
export const stampCases: readonly StampCase[] = [
  {
    name: "a create and an update are stamped by the model, with the time and the user",
    needs: [],
    async run(model) {
      const before = Date.now();
      const made = await asUser("ann", () => model.create(thing({ id: "a" })));
      assert.ok(timeOf(made.createdAt) >= before && timeOf(made.createdAt) <= Date.now());
      assert.deepEqual(
        [made.updatedAt, made.createdBy, made.updatedBy, made.deletedAt],
        [made.createdAt, "ann", "ann", null],
      );
      assert.deepEqual(await model.objects.get("a"), made);
      await later();
      const updated = await asUser("bob", async () => model.update(made, { name: "new" }));
      assert.ok(timeOf(updated.updatedAt) > timeOf(made.updatedAt));
      assert.deepEqual(
        [updated.createdAt, updated.createdBy, updated.updatedBy],
        [made.createdAt, "ann", "bob"],
      );
      assert.deepEqual(await model.objects.get("a"), updated);
      const byNobody = await model.update(updated, {});
      assert.deepEqual([byNobody.createdBy, byNobody.updatedBy], ["ann", null]);
      assert.equal((await model.create(thing({ id: "b" }))).createdBy, null);
    },
  },
  {
    name: "what is given of the stamps is not taken",
    needs: [],
    async run(model) {
      const forged = { createdAt: new Date(0), updatedAt: new Date(0), createdBy: "x", updatedBy: "x" };
      const before = Date.now();
      const made = await model.create({ ...thing({ id: "a" }), ...forged, deletedAt: null });
      assert.ok(timeOf(made.createdAt) >= before && timeOf(made.updatedAt) >= before);
      assert.deepEqual([made.createdBy, made.updatedBy], [null, null]);
      const updated = await model.update(made, { ...made, ...forged, name: "new" });
      assert.deepEqual([updated.createdAt, updated.createdBy], [made.createdAt, null]);
      assert.ok(timeOf(updated.updatedAt) >= before && updated.updatedBy === null && updated.name === "new");
    },
  },
  {
    name: "an update of a queryset is stamped, and sets neither stamps nor marks itself",
    needs: ["filters"],
    async run(model, statements) {
      const made = await asUser("ann", () => seeded(model, three));
      await later();
      const some = model.objects.filter({ name: "Ann" });
      const run = () => asUser("bob", () => some.update({ score: 1 }));
      await statementsOf(statements, run);
      const [a, b, c] = (await model.objects.orderBy("id").all()) as [
        StampedThing,
        StampedThing,
        StampedThing,
      ];
      assert.deepEqual([a.updatedBy, b.updatedBy, c.updatedBy], ["bob", "ann", "bob"]);
      assert.ok(timeOf(a.updatedAt) > timeOf(made[0]?.updatedAt as Date));
      assert.deepEqual([a.updatedAt, a.createdAt, a.createdBy], [c.updatedAt, made[0]?.createdAt, "ann"]);
      assert.deepEqual(b, made[1]);
      for (const field of Object.keys(stampedFields).slice(-5)) {
        const changes = { name: "x", [field]: null } as Partial<StampedThing>;
        assert.equal((await refuses(400, () => some.update(changes), field)).field, field);
      }
      assert.equal(await some.count(), 2);
    },
  },
];
