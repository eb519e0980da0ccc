import assert from "node:assert/strict";
import type { OrderKey } from "../../../src/models/types.ts";
import { type Case, ordered, refuses, seed, type Thing } from "./thing.ts";

/** Things with ties and nulls. */
export const ranks: Partial<Thing>[] = [
  { id: "a", rank: 2, name: "x" },
  { id: "b", rank: null, name: "x" },
  { id: "c", rank: 1, name: null },
  { id: "d", rank: 2, name: "y" },
  { id: "e", rank: null, name: "Z" },
  { id: "f", rank: 1, name: "😀" },
  { id: "g", rank: 10, name: "\uffee" },
];

/** Orders of them, with the ids as they then come. */
export const orders: readonly [keys: OrderKey<Thing>[], ids: string][] = [
  [[], "abcdefg"],
  [["-id"], "gfedcba"],
  [["rank"], "becfadg"],
  [["-rank"], "gadcfbe"],
  [["rank", "-name"], "befcdag"],
  [["name"], "ceabdgf"],
  [["-name", "rank"], "fgdbaec"],
  [["rank", "-rank"], "becfadg"],
  [["id", "rank"], "abcdefg"],
];

/** An order in words, for messages. */
export const orderKeys = (keys: readonly OrderKey<Thing>[]): string => keys.join(",");

/** What an order means. */
export const orderingCases: readonly Case[] = [
  {
    name: "an order is total: ties by id, nulls first ascending and last descending",
    needs: ["ordering"],
    async run(model) {
      await seed(model, ranks);
      for (const [keys, ids] of orders)
        assert.equal((await ordered(model, ...keys)).join(""), ids, orderKeys(keys));
    },
  },
  {
    name: "an order by what is not a field, or has no order, is refused",
    needs: ["ordering"],
    async run(model) {
      for (const key of ["nope", "", "-", "--rank", "data", undefined, 1, "rank;drop table x"]) {
        await refuses(400, () => model.objects.orderBy(key as never).page({}), String(key));
      }
    },
  },
];
