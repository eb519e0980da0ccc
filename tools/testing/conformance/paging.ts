import assert from "node:assert/strict";
import { orderKeys, orders, ranks } from "./ordering.ts";
import { type Case, ordered, pages, refuses, seed, type Thing, thing } from "./thing.ts";

const many = (count: number, given: (at: number) => Partial<Thing>): Partial<Thing>[] =>
  Array.from({ length: count }, (_item, at) => ({ id: `t${String(at).padStart(5, "0")}`, ...given(at) }));

/** That pages hold every object once, in order. */
export const pagingCases: readonly Case[] = [
  {
    name: "pages by cursor hold every object once, in every order and of every size",
    needs: ["ordering", "cursor"],
    async run(model) {
      await seed(model, ranks);
      for (const [keys, ids] of orders) {
        for (const limit of [1, 2, 3, 7, 8]) {
          const read = await pages(model.objects.orderBy(...keys), limit);
          assert.equal(
            read
              .flat()
              .map(({ id }) => id)
              .join(""),
            ids,
            `${orderKeys(keys)} by ${limit}`,
          );
          assert.equal(read.length, Math.ceil(ids.length / limit));
        }
      }
    },
  },
  {
    name: "cursors carry values of every kind",
    needs: ["ordering", "cursor"],
    async run(model) {
      const given = many(7, at => ({
        score: at / 3,
        big: at === 3 ? null : 2n ** 62n + BigInt(at),
        price: at === 3 ? null : `${at}.10`,
        active: at % 2 === 0,
        born: new Date(at - 3),
      }));
      await seed(model, given);
      for (const key of ["score", "big", "price", "active", "born"] as const) {
        for (const order of [key, `-${key}`] as const) {
          const expected = await ordered(model, order);
          const read = await pages(model.objects.orderBy(order), 2);
          assert.deepEqual(
            read.flat().map(({ id }) => id),
            expected,
            order,
          );
        }
      }
    },
  },
  {
    name: "no object comes twice and none is skipped while others are inserted and deleted",
    needs: ["ordering", "cursor"],
    async run(model) {
      await seed(
        model,
        many(30, at => ({ rank: at % 3 === 0 ? null : at % 4 })),
      );
      const read = await pages(model.objects.orderBy("-rank"), 4, async page => {
        await model.create(thing({ id: `new${page}`, rank: page % 5 }));
        const victim = await model.objects.get(`t${String(page * 4).padStart(5, "0")}`);
        if (victim) await model.delete(victim);
      });
      const ids = read.flat().map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
      const standing = (await ordered(model)).filter(id => id.startsWith("t"));
      for (const id of standing) assert.ok(ids.includes(id), `${id} was skipped`);
    },
  },
  {
    name: "limit and offset cut the same order",
    needs: ["ordering", "offset"],
    async run(model) {
      await seed(model, ranks);
      const objects = model.objects.orderBy("rank");
      const cut = async (limit: number | undefined, offset: number) => {
        const { items } = await objects.page({ ...(limit !== undefined && { limit }), offset });
        return items.map(({ id }) => id).join("");
      };
      assert.deepEqual(
        [await cut(3, 0), await cut(3, 3), await cut(3, 6), await cut(3, 9), await cut(undefined, 5)],
        ["bec", "fad", "g", "", "dg"],
      );
    },
  },
  {
    name: "a next cursor is there exactly when there is more, and totals are right where given",
    needs: ["cursor"],
    async run(model) {
      await seed(model, ranks);
      const full = await model.objects.page({ limit: 7 });
      assert.equal(full.nextCursor, undefined);
      assert.equal(full.total ?? 7, 7);
      const part = await model.objects.page({ limit: 6 });
      assert.equal(typeof part.nextCursor, "string");
      assert.equal(part.total ?? 7, 7);
      assert.deepEqual((await model.objects.page({ limit: 0 })).items, []);
      assert.equal((await model.objects.page({})).items.length, 7);
    },
  },
  {
    name: "a limit or an offset that is not a whole number is refused, and so are offset and cursor together",
    needs: ["cursor"],
    async run(model) {
      await seed(model, ranks);
      for (const value of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "2", null]) {
        await refuses(400, () => model.objects.page({ limit: value as never }), `limit ${value}`);
        await refuses(400, () => model.objects.page({ offset: value as never }), `offset ${value}`);
      }
      const { nextCursor } = await model.objects.page({ limit: 1 });
      await refuses(400, () => model.objects.page({ offset: 0, cursor: nextCursor as string }));
    },
  },
  {
    name: "a cursor that is malformed, tampered with or another query's is refused",
    needs: ["cursor", "ordering", "filters"],
    async run(model) {
      await seed(model, ranks);
      const { nextCursor } = await model.objects.orderBy("rank").page({ limit: 2 });
      const cursor = nextCursor as string;
      const flipped = `${cursor.slice(0, -6)}${cursor.at(-6) === "A" ? "B" : "A"}${cursor.slice(-5)}`;
      const bad = [
        "",
        "x",
        "{}",
        "%%%",
        cursor.slice(1),
        cursor.slice(0, -1),
        `${cursor}A`,
        flipped,
        `${cursor}=`,
      ];
      for (const value of [...bad, null, 1, {}]) {
        const error = await refuses(400, () =>
          model.objects.orderBy("rank").page({ limit: 2, cursor: value as never }),
        );
        assert.deepEqual([error.message, error.field], ["Invalid cursor", "cursor"]);
      }
      const others = [
        model.objects,
        model.objects.orderBy("-rank"),
        model.objects.orderBy("name"),
        model.objects.filter({ rank: 1 }).orderBy("rank"),
      ];
      for (const other of others) await refuses(400, () => other.page({ limit: 2, cursor }));
    },
  },
];
