import assert from "node:assert/strict";
import { completed } from "../../../src/models/query/completed.ts";
import type { FullQueryset, Model, Queryset, Relations } from "../../../src/models/types.ts";
import { statementsOf } from "./querysets.ts";
import { relationKit, tree } from "./relations.ts";
import { type Case, pages, refuses, seed, type Thing } from "./thing.ts";

interface Scopes {
  queryset?: () => Queryset<Thing>;
}

/** The things of a tree, which know the one above them and those below, and may be asked by them. */
async function related(model: Model<Thing>, scopes: Scopes = {}): Promise<FullQueryset<Thing>> {
  const { one, many } = await relationKit();
  const { name, idKey, schema, fields, objects } = model;
  const self = (): Model<Thing> => whole;
  const relations: Relations = {
    above: one(self, "name", scopes),
    below: many(self, "name", scopes),
    near: one(self, ["group", "name"], scopes),
  };
  const whole = {
    ...{ name, idKey, schema, fields, objects, relations },
    create: model.create.bind(model),
    update: model.update.bind(model),
    delete: model.delete.bind(model),
  } as unknown as Model<Thing>;
  return completed(objects, whole);
}

async function ids(objects: Queryset<Thing>): Promise<string[]> {
  const { items } = await objects.page({});
  return items.map(({ id }) => id).sort();
}

/** What a condition finds among the tree: all that refers to what it says of what is related. */
const questions: readonly (readonly [where: object, found: readonly string[]])[] = [
  [{ "above.rank": 1 }, ["left", "right"]],
  [{ "above.group": { startsWith: "x" } }, ["leaf1", "leaf2", "leaf3", "left", "right"]],
  [{ "above.rank": { between: [2, 3] } }, ["leaf1", "leaf2", "leaf3", "leaf4"]],
  // What is related has to be there, also where the operator is one of "not".
  [{ "above.group": { ne: "y" } }, ["leaf1", "leaf2", "leaf3", "left", "right"]],
  [{ "above.group": { notIn: ["x"] } }, ["leaf4"]],
  [{ "above.name": { isNull: true } }, ["left", "right"]],
  // The complement is about the objects themselves.
  [{ not: { "above.group": "x" } }, ["leaf4", "lost", "odd", "root"]],
  [{ "above.above.id": "root" }, ["leaf1", "leaf2", "leaf3", "leaf4"]],
  [{ "below.rank": { gte: 6 } }, ["left", "right"]],
  [{ "below.group": "x" }, ["left", "root"]],
  [{ not: { "below.group": "x" } }, ["leaf1", "leaf2", "leaf3", "leaf4", "lost", "odd", "right"]],
  [{ "below.below.rank": 7 }, ["root"]],
  [{ "below.*": { group: "y", rank: 6 } }, ["left"]],
  [{ "below.*": { group: "y", rank: 4 } }, []],
  [{ "near.rank": 1 }, ["left"]],
  [{ not: { "near.rank": 1 }, "above.id": "root" }, ["right"]],
  [{ or: [{ "above.id": "right" }, { id: "root" }] }, ["leaf4", "root"]],
  [{ "above.id": "left", group: "y" }, ["leaf3"]],
  [{ "above.id": "nobody" }, []],
];

/** What is asked through relations, on every engine. */
export const throughCases: readonly Case[] = [
  {
    name: "a filter through a relation finds what is related to an object that meets it, in one statement where one can join",
    needs: ["filters"],
    async run(model, statements) {
      await seed(model, tree);
      const objects = await related(model);
      const { joinsOf } = await import("../../../src/models/query/baseQueryset.ts");
      const most = joinsOf(model.objects) === undefined ? 2 : 1;
      for (const [where, expected] of questions) {
        const message = JSON.stringify(where);
        assert.deepEqual(await ids(objects.filter(where as never)), expected, message);
      }
      const first = objects.filter({ "above.rank": 1 } as never);
      const sent = await statementsOf(statements, () => first.page({ limit: 1 }));
      assert.ok((sent ?? most) <= most, `${sent} statements in place of ${most}`);
      assert.equal(await first.count(), 2);
      assert.equal((await first.get("left"))?.id, "left");
      assert.equal(await first.get("leaf1"), undefined);
    },
  },
  {
    name: "cursors belong to what is asked through a relation, not to what it finds",
    needs: ["filters", "cursor"],
    async run(model) {
      await seed(model, tree);
      const objects = (await related(model)).filter({ "above.group": { in: ["x", "y"] } } as never);
      const read = await pages(objects, 2, () => model.create({ group: "x" } as Partial<Thing>));
      assert.deepEqual(
        read
          .flat()
          .map(({ id }) => id)
          .sort(),
        ["leaf1", "leaf2", "leaf3", "leaf4", "left", "right"],
      );
      const { nextCursor = "" } = await objects.page({ limit: 2 });
      const others = (await related(model)).filter({ "above.group": { in: ["x"] } } as never);
      await refuses(400, () => others.page({ limit: 2, cursor: nextCursor }));
    },
  },
  {
    name: "a filter through a relation finds nothing that the relation's queryset does not have",
    needs: ["filters"],
    async run(model) {
      const { boundTo } = await import("../../../src/models/query/relating.ts");
      await seed(model, tree);
      const objects = await related(model, { queryset: () => model.objects.filter({ group: "x" }) });
      const asked = (where: object): Promise<string[]> =>
        ids(boundTo(objects, { event: {}, context: {} }).filter(where as never));
      assert.deepEqual(await asked({ "above.id": { ne: "" } }), ["leaf1", "leaf2", "leaf3", "left", "right"]);
      assert.deepEqual(await asked({ "above.id": "right" }), []);
      assert.deepEqual(await asked({ "below.rank": { gte: 6 } }), []);
      assert.deepEqual(await asked({ "below.below.rank": 7 }), []);
      await assert.rejects(async () => ids(objects.filter({ "above.id": "left" } as never)), TypeError);
    },
  },
  {
    name: "what can't be asked through relations is refused, naming it",
    needs: [],
    async run(model) {
      const objects = await related(model);
      const field = async (where: object): Promise<string | undefined> =>
        (await refuses(400, async () => ids(objects.filter(where as never)), JSON.stringify(where))).field;
      assert.equal(await field({ "nothing.id": "a" }), "nothing.id");
      assert.equal(await field({ "above.above.above.above.id": "a" }), "above.above.above.above.id");
      if (model.fields) assert.equal(await field({ "above.nothing": "a" }), "above.nothing");
      await field({ "above.id": { near: "a" } });
      await field({ "above.id": undefined });
      await field({ "above.*": "a" });
    },
  },
];

/** All objects that refer to others may be changed, or removed, at once. */
export const throughSetCases: readonly Case[] = [
  {
    name: "update and delete reach what a filter through a relation finds",
    needs: ["filters", "sets"],
    async run(model) {
      await seed(model, tree);
      const objects = await related(model);
      assert.equal(await objects.filter({ "above.rank": 2 } as never).update({ score: 7 }), 3);
      assert.deepEqual(await ids(model.objects.filter({ score: 7 })), ["leaf1", "leaf2", "leaf3"]);
      assert.equal(await objects.filter({ "above.rank": 3 } as never).delete(), 1);
      assert.equal(await model.objects.get("leaf4"), undefined);
    },
  },
];
