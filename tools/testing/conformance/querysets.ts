import assert from "node:assert/strict";
import { completed } from "../../../src/models/query/completed.ts";
import type { FullQueryset, Model } from "../../../src/models/types.ts";
import { type Case, refuses, seed, type Thing } from "./thing.ts";

const ranked: readonly Partial<Thing>[] = [
  { id: "a", rank: 2, group: "x" },
  { id: "b", rank: 3, group: "y" },
  { id: "c", rank: 1, group: "x" },
  { id: "d", rank: 4, group: "x" },
];

/** The model's objects with all methods, whichever of them the engine has itself. */
export const objectsOf = (model: Model<Thing>): FullQueryset<Thing> => completed(model.objects, model);

/** How many statements or requests something takes; `undefined` where the engine does not count them. */
export async function statementsOf(
  statements: (() => number) | undefined,
  run: () => Promise<unknown>,
): Promise<number | undefined> {
  const before = statements?.();
  await run();
  return before === undefined ? undefined : Number(statements?.()) - before;
}

/** What a queryset gives at once: the first, all of them, whether there is any. */
export const querysetCases: readonly Case[] = [
  {
    name: "first is the first in order, and undefined where there is none",
    needs: ["ordering", "filters"],
    async run(model) {
      await seed(model, ranked);
      const objects = objectsOf(model);
      const found = [
        await objects.orderBy("rank").first(),
        await objects.orderBy("-rank").first(),
        await objects.filter({ group: "y" }).first(),
        await objects.filter({ group: "z" }).first(),
      ];
      assert.deepEqual(
        found.map(one => one?.id),
        ["c", "d", "b", undefined],
      );
    },
  },
  {
    name: "all gives all of them, up to its limit, and is refused where there are more",
    needs: ["filters"],
    async run(model) {
      await seed(model, ranked);
      const some = objectsOf(model).filter({ group: "x" });
      const idsOf = (found: Thing[]): string =>
        found
          .map(({ id }) => id)
          .sort()
          .join("");
      assert.equal(idsOf(await some.all()), "acd");
      assert.equal(idsOf(await some.all({ limit: 3 })), "acd");
      await refuses(400, () => some.all({ limit: 2 }));
      await refuses(400, () => some.all({ limit: 0 }));
      assert.deepEqual(await objectsOf(model).filter({ group: "z" }).all({ limit: 0 }), []);
      const wrong: unknown[] = [-1, 1.5, Number.POSITIVE_INFINITY, "2", null];
      for (const limit of wrong) await assert.rejects(() => some.all({ limit: limit as never }), TypeError);
    },
  },
  {
    name: "all gives them in order",
    needs: ["ordering"],
    async run(model) {
      await seed(model, ranked);
      const found = await objectsOf(model).orderBy("-rank").all();
      assert.equal(found.map(({ id }) => id).join(""), "dbac");
    },
  },
  {
    name: "exists says whether there is any, whatever the order",
    needs: ["filters"],
    async run(model) {
      const objects = objectsOf(model);
      assert.equal(await objects.exists(), false);
      await seed(model, ranked);
      assert.equal(await objects.exists(), true);
      assert.equal(await objects.orderBy("-rank").filter({ group: "y" }).exists(), true);
      assert.equal(await objects.filter({ group: "z" }).exists(), false);
    },
  },
  {
    name: "first, all and exists are one statement each",
    needs: ["filters"],
    async run(model, statements) {
      await seed(model, ranked);
      const some = objectsOf(model).filter({ group: "x" });
      for (const ask of [() => some.first(), () => some.all(), () => some.exists()]) {
        assert.equal((await statementsOf(statements, ask)) ?? 1, 1);
      }
    },
  },
];
