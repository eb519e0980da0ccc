import assert from "node:assert/strict";
import type { many as Many } from "../../../src/models/relations/many.ts";
import type { one as One } from "../../../src/models/relations/one.ts";
import type { Model, Relations } from "../../../src/models/types.ts";
import { fields } from "../../../src/serializers/fields.ts";
import { listOf } from "../../../src/serializers/listOf.ts";
import { pick } from "../../../src/serializers/pick.ts";
import { toSerializer } from "../../../src/serializers/toSerializer.ts";
import { statementsOf } from "./querysets.ts";
import { type Case, seed, type Thing } from "./thing.ts";

/** A thing's `name` is the id of the one above it. Two trees, one of which is deep. */
export const tree: readonly Partial<Thing>[] = [
  { id: "root", group: "x", rank: 1 },
  { id: "left", name: "root", group: "x", rank: 2 },
  { id: "right", name: "root", group: "y", rank: 3 },
  { id: "leaf1", name: "left", group: "x", rank: 4 },
  { id: "leaf2", name: "left", group: "x", rank: 5 },
  { id: "leaf3", name: "left", group: "y", rank: 6 },
  { id: "leaf4", name: "right", group: "y", rank: 7 },
  { id: "lost", name: "nobody", group: "x", rank: 8 },
  { id: "odd", name: "Root", group: "x", rank: 9 },
];

/** Shows things with their relations, as a response would, and counts what is sent for it. */
async function shown(
  model: Model<Thing>,
  relations: Relations,
  serializer: unknown,
  rows: readonly unknown[],
  statements: (() => number) | undefined,
): Promise<{ output: unknown; sent: number | undefined }> {
  const { name, idKey } = model;
  const { serializeData } = await import("../../../src/serializers/serializeData.ts");
  const serialize = toSerializer(serializer as never, { name, idKey, relations } as never);
  let output: unknown;
  const sent = await statementsOf(statements, async () => {
    output = await serializeData(serialize as never, rows, { event: {}, context: {} });
  });
  return { output, sent };
}

/** They read the settings, which tests set once the kit is there. */
export async function relationKit(): Promise<{ one: typeof One; many: typeof Many }> {
  const [{ one }, { many }] = await Promise.all([
    import("../../../src/models/relations/one.ts"),
    import("../../../src/models/relations/many.ts"),
  ]);
  return { one, many };
}

const sorted = (things: Thing[]): Thing[] => things.sort((a, b) => Number(a.rank) - Number(b.rank));

/** What a relation shows, by few reads: one of its own, however many objects there are. */
export const relationCases: readonly Case[] = [
  {
    name: "one shows the object that a key refers to and null for nothing, in one statement",
    needs: ["filters"],
    async run(model, statements) {
      const { one } = await relationKit();
      const things = sorted(await seed(model, tree));
      const above = one(model, "name");
      const serializer = fields({ id: true, above: pick("id") } as never);
      const { output, sent } = await shown(model, { above }, serializer, things, statements);
      assert.deepEqual(output, [
        { id: "root", above: null },
        { id: "left", above: { id: "root" } },
        { id: "right", above: { id: "root" } },
        { id: "leaf1", above: { id: "left" } },
        { id: "leaf2", above: { id: "left" } },
        { id: "leaf3", above: { id: "left" } },
        { id: "leaf4", above: { id: "right" } },
        { id: "lost", above: null },
        { id: "odd", above: null },
      ]);
      assert.equal(sent ?? 1, 1);
    },
  },
  {
    name: "relations of relations take one statement more for each",
    needs: ["filters"],
    async run(model, statements) {
      const { one } = await relationKit();
      const things = sorted(await seed(model, tree));
      const owner = { ...model, name: model.name, idKey: model.idKey, objects: model.objects };
      const related = { ...owner, relations: { above: one(model, "name") } } as unknown as Model<Thing>;
      const deep = one((): Model<Thing> => related, "name");
      const serializer = fields({ above: fields({ id: true, above: pick("id") } as never) } as never);
      const leaves = things.filter(({ id }) => id.startsWith("leaf"));
      const { output, sent } = await shown(model, { above: deep }, serializer, leaves, statements);
      const left = { above: { id: "left", above: { id: "root" } } };
      assert.deepEqual(output, [left, left, left, { above: { id: "right", above: { id: "root" } } }]);
      assert.equal(sent ?? 2, 2);
      // Nothing is read for those that refer to nothing.
      const none = await shown(model, { above: deep }, serializer, [things[0]], statements);
      assert.deepEqual(none, { output: [{ above: null }], sent: statements && 0 });
    },
  },
  {
    name: "many shows the first that refer to each object, in order and as many as are asked for",
    needs: ["filters", "ordering"],
    async run(model, statements) {
      const { many } = await relationKit();
      const things = sorted(await seed(model, tree));
      const below = many(model, "name", { orderBy: "-rank" });
      const serializer = fields({ id: true, below: listOf(pick("id"), { limit: 2 }) } as never);
      const { output, sent } = await shown(model, { below }, serializer, things.slice(0, 4), statements);
      assert.deepEqual(output, [
        { id: "root", below: [{ id: "right" }, { id: "left" }] },
        { id: "left", below: [{ id: "leaf3" }, { id: "leaf2" }] },
        { id: "right", below: [{ id: "leaf4" }] },
        { id: "leaf1", below: [] },
      ]);
      assert.equal(sent ?? 1, 1);
    },
  },
  {
    name: "a relation's queryset bounds it: what is not among its objects is null, or left out",
    needs: ["filters"],
    async run(model) {
      const { one, many } = await relationKit();
      const things = sorted(await seed(model, tree));
      const queryset = () => model.objects.filter({ group: "x" });
      const relations = { above: one(model, "name", { queryset }), below: many(model, "name", { queryset }) };
      const serializer = fields({ id: true, above: pick("id"), below: listOf(pick("id")) } as never);
      const some = things.filter(({ id }) => ["left", "right", "leaf4"].includes(id));
      const { output } = await shown(model, relations, serializer, some, undefined);
      const ordered = (output as { below: { id: string }[] }[]).map(({ below, ...rest }) => ({
        ...rest,
        below: below.map(({ id }) => id).sort(),
      }));
      assert.deepEqual(ordered, [
        { id: "left", above: { id: "root" }, below: ["leaf1", "leaf2"] },
        { id: "right", above: { id: "root" }, below: [] },
        { id: "leaf4", above: null, below: [] },
      ]);
    },
  },
  {
    name: "several keys refer to an object together",
    needs: ["filters"],
    async run(model) {
      const { one, many } = await relationKit();
      const things = sorted(await seed(model, tree));
      const relations = {
        near: one(model, ["group", "name"]),
        below: many(model, ["group", "name"]),
      };
      const serializer = fields({ id: true, near: pick("id"), below: listOf(pick("id")) } as never);
      const some = things.filter(({ id }) => ["left", "right", "leaf3", "leaf4"].includes(id));
      const { output } = await shown(model, relations, serializer, some, undefined);
      const ordered = (output as { below: { id: string }[] }[]).map(({ below, ...rest }) => ({
        ...rest,
        below: below.map(({ id }) => id).sort(),
      }));
      assert.deepEqual(ordered, [
        { id: "left", near: { id: "root" }, below: ["leaf1", "leaf2"] },
        { id: "right", near: null, below: ["leaf4"] },
        { id: "leaf3", near: null, below: [] },
        { id: "leaf4", near: { id: "right" }, below: [] },
      ]);
    },
  },
];
