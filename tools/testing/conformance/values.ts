import assert from "node:assert/strict";
import type { Thing } from "./thing.ts";
import { type Case, idsOf, refuses, seed, thing } from "./thing.ts";

const full: Partial<Thing> = {
  name: "Ünïcode 😀 'quoted' \"twice\" \\ %_",
  email: "",
  group: "line\nbreak",
  rank: -9007199254740991,
  score: 0.1,
  active: false,
  born: new Date("2020-02-29T12:34:56.789Z"),
  data: { list: [1, "two", null, { deep: true }], empty: {}, text: "ä" },
};

/** That values come back as they went in. */
export const valueCases: readonly Case[] = [
  {
    name: "every kind of value comes back as it went in",
    needs: [],
    async run(model) {
      for (const given of [full, { data: [] }, { data: "text" }, { data: 0 }, { data: false }]) {
        const created = await model.create(thing(given));
        assert.deepEqual({ ...thing(given), ...created }, created);
        for (const [name, value] of Object.entries(given))
          assert.deepEqual(created[name as keyof Thing], value);
        assert.deepEqual(await model.objects.get(created.id), created);
        const [listed] = (await model.objects.page({})).items.filter(({ id }) => id === created.id);
        assert.deepEqual(listed, created);
      }
    },
  },
  {
    name: "numbers keep the range and the digits of a double",
    needs: ["double"],
    async run(model) {
      for (const score of [1e300, -1.7976931348623157e308, 2.2250738585072014e-308, 0.1 + 0.2]) {
        const { id } = await model.create(thing({ score }));
        assert.equal((await model.objects.get(id))?.score, score);
      }
    },
  },
  {
    name: "big integers keep every digit",
    needs: ["bigint"],
    async run(model) {
      for (const big of [9007199254740993n, -9223372036854775808n, 9223372036854775807n, 0n]) {
        const { id } = await model.create(thing({ big }));
        assert.equal((await model.objects.get(id))?.big, big);
      }
    },
  },
  {
    name: "decimals keep every digit",
    needs: ["decimal"],
    async run(model) {
      for (const price of ["12345678901234567890.123456789", "-0.10", "19.90", "0", "-7"]) {
        const { id } = await model.create(thing({ price }));
        assert.equal((await model.objects.get(id))?.price, price);
      }
    },
  },
  {
    name: "an id is made when none is given, and a given one is kept",
    needs: [],
    async run(model) {
      const [first, second] = [await model.create(thing()), await model.create(thing())];
      assert.equal(typeof first.id, "string");
      assert.ok(first.id.length > 0);
      assert.notEqual(first.id, second.id);
      assert.equal((await model.create(thing({ id: "mine/ü" }))).id, "mine/ü");
      assert.equal((await model.objects.get("mine/ü"))?.id, "mine/ü");
    },
  },
  {
    name: "an id that nobody has finds nothing, whatever its form",
    needs: [],
    async run(model) {
      await seed(model, [{ id: "a" }]);
      const ids = ["b", "", "A", "a ", "nul\0", "\ud800", "x".repeat(5000), "' or 1=1 --", "%", "__proto__"];
      for (const id of ids) assert.equal(await model.objects.get(id), undefined);
      for (const id of [undefined, null, {}, []]) {
        assert.equal(await model.objects.get(id as never), undefined);
      }
    },
  },
  {
    name: "a duplicate id is a conflict and changes nothing",
    needs: [],
    async run(model) {
      await seed(model, [{ id: "a", name: "first" }]);
      await refuses(409, () => model.create(thing({ id: "a", name: "second" })));
      assert.equal((await model.objects.get("a"))?.name, "first");
      assert.equal(await model.objects.count(), 1);
    },
  },
  {
    name: "a duplicate of a unique field is a conflict that names it, nulls never are",
    needs: ["unique"],
    async run(model) {
      const [a, b] = await seed(model, [{ email: "a@x.io" }, { email: "b@x.io" }, {}, {}]);
      assert.equal((await refuses(409, () => model.create(thing({ email: "a@x.io" })))).field, "email");
      await refuses(409, () => model.update(b as Thing, { email: "a@x.io" }));
      await model.create(thing({ email: "A@x.io" }));
      const moved = await model.update(a as Thing, { email: "c@x.io" });
      await model.create(thing({ email: "a@x.io" }));
      await model.delete(moved);
      await model.create(thing({ email: "c@x.io" }));
    },
  },
  {
    name: "of many that create the same at once, one succeeds",
    needs: ["unique"],
    async run(model) {
      const tries = Array.from({ length: 20 }, () => model.create(thing({ email: "race@x.io" })));
      const settled = await Promise.allSettled(tries);
      assert.equal(settled.filter(({ status }) => status === "fulfilled").length, 1);
      for (const result of settled) {
        if (result.status === "rejected") assert.equal(result.reason.statusCode, 409);
      }
      assert.equal(await model.objects.count(), 1);
    },
  },
  {
    name: "what is handed out, or was handed in, can't change what is stored",
    needs: [],
    async run(model) {
      const data = { tags: ["a"] };
      const created = await model.create(thing({ id: "a", name: "x", data, born: new Date(0) }));
      data.tags.push("b");
      (created.data as typeof data).tags.push("c");
      created.born?.setFullYear(1999);
      created.name = "y";
      const loaded = await model.objects.get("a");
      assert.deepEqual([loaded?.name, loaded?.data, loaded?.born], ["x", { tags: ["a"] }, new Date(0)]);
      const { items } = await model.objects.page({});
      (items[0] as Thing).name = "z";
      for await (const object of model.objects) object.name = "z";
      assert.equal((await model.objects.get("a"))?.name, "x");
    },
  },
  {
    name: "a value of the wrong kind or an unknown field is refused, and nothing is stored",
    needs: [],
    async run(model) {
      const wrong = [
        { rank: "1" },
        { rank: 1.5 },
        { active: "true" },
        { born: "2020" },
        { name: {} },
        { nope: 1 },
      ];
      for (const given of wrong) {
        await refuses(400, () => model.create({ ...thing(), ...given } as never), JSON.stringify(given));
      }
      const [a] = await seed(model, [{ id: "a" }]);
      for (const given of wrong) await refuses(400, () => model.update(a as Thing, given as never));
      assert.deepEqual(await idsOf(model.objects), ["a"]);
    },
  },
];
