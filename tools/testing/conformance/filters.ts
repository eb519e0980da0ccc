import assert from "node:assert/strict";
import { filterCase, holdsFor } from "./filterCase.ts";
import { type Case, idsOf, refuses, seed, type Thing } from "./thing.ts";

const people: Partial<Thing>[] = [
  { id: "a", name: "Ann", rank: 9, active: true, group: "admin" },
  { id: "b", name: "bob", rank: 10, active: false, group: "editor" },
  { id: "c", name: "ann", rank: -1, group: "100%" },
  { id: "d", name: null, rank: null, group: "a_b" },
  { id: "e", name: "Änne 😀", rank: 100, active: true, group: "axb" },
];

const holds = holdsFor(people);

const refused: readonly unknown[] = [
  { nope: 1 },
  { constructor: 1 },
  { name: undefined },
  { name: { eq: undefined } },
  { name: {} },
  { name: { like: "a" } },
  { name: { contains: 1 } },
  { name: { isNull: "true" } },
  { name: { in: "Ann" } },
  { name: { in: [undefined] } },
  { name: { gt: null } },
  { name: 5 },
  { name: "nul\0" },
  { name: "\ud800" },
  { rank: "9" },
  { rank: Number.NaN },
  { rank: { gte: Number.POSITIVE_INFINITY } },
  { rank: { contains: "9" } },
  { active: 1 },
  { born: "2020-01-01" },
  { born: new Date(Number.NaN) },
  { data: { gt: 1 } },
  { and: {} },
  { or: [undefined] },
  { not: [] },
  { not: null },
  null,
  undefined,
  [],
  "name",
];

/** What conditions mean. */
export const filterCases: readonly Case[] = [
  holds("no condition finds all, an empty or finds none", [
    [{}, "abcde"],
    [{ and: [] }, "abcde"],
    [{ or: [] }, ""],
    [{ not: {} }, ""],
    [{ name: [] }, ""],
    [{ not: { name: [] } }, "abcde"],
  ]),
  holds("eq is exact, and a list means one of them", [
    [{ name: "Ann" }, "a"],
    [{ name: { eq: "ann" } }, "c"],
    [{ name: "Änne 😀" }, "e"],
    [{ name: ["Ann", "bob"] }, "ab"],
    [{ name: { in: ["ann", null] } }, "cd"],
    [{ name: null }, "d"],
    [{ name: { eq: null } }, "d"],
    [{ active: true }, "ae"],
    [{ active: false }, "b"],
  ]),
  holds("ne and not are the full complement, nulls included", [
    [{ name: { ne: "Ann" } }, "bcde"],
    [{ not: { name: "Ann" } }, "bcde"],
    [{ name: { ne: null } }, "abce"],
    [{ not: { name: { in: ["Ann", "bob"] } } }, "cde"],
    [{ not: { name: { in: ["Ann", null] } } }, "bce"],
    [{ not: { rank: { gt: 9 } } }, "acd"],
    [{ not: { name: { contains: "nn" } } }, "bd"],
    [{ not: { name: { startsWith: "A" } } }, "bcde"],
    [{ not: { not: { rank: { gt: 9 } } } }, "be"],
    [{ not: { or: [{ name: "Ann" }, { rank: null }] } }, "bce"],
    [{ not: { name: "Ann", rank: 9 } }, "bcde"],
    [{ not: { and: [{ active: true }, { rank: { lt: 50 } }] } }, "bcde"],
  ]),
  holds("numbers compare as numbers, and nulls never do", [
    [{ rank: { gt: 9 } }, "be"],
    [{ rank: { gte: 9 } }, "abe"],
    [{ rank: { lt: 10 } }, "ac"],
    [{ rank: { lte: 10 } }, "abc"],
    [{ rank: { gt: -2, lt: 10 } }, "ac"],
    [{ rank: { gt: 9.5, ne: 100 } }, "b"],
    [{ rank: { gte: 9.5, lt: 99.5 } }, "b"],
    [{ rank: { lt: 9.5 } }, "ac"],
    [{ rank: { lte: 9.5 } }, "ac"],
    [{ rank: { isNull: true } }, "d"],
    [{ rank: { isNull: false } }, "abce"],
  ]),
  holds("text compares by code point", [
    [{ name: { gt: "Z" } }, "bce"],
    [{ name: { gte: "ann" } }, "bce"],
    [{ name: { lt: "a" } }, "a"],
  ]),
  holds("contains and startsWith mind the case, and take % and _ to the letter", [
    [{ name: { contains: "nn" } }, "ace"],
    [{ name: { contains: "A" } }, "a"],
    [{ name: { startsWith: "a" } }, "c"],
    [{ name: { startsWith: "Ä" } }, "e"],
    [{ name: { contains: "😀" } }, "e"],
    [{ name: { contains: "" } }, "abce"],
    [{ name: { startsWith: "" } }, "abce"],
    [{ group: { contains: "%" } }, "c"],
    [{ group: { contains: "_" } }, "d"],
    [{ group: { startsWith: "a_" } }, "d"],
    [{ group: { startsWith: "1%" } }, ""],
    [{ group: { contains: "*" } }, ""],
  ]),
  holds("and, or, not and plain fields join as written", [
    [{ and: [{ rank: { gt: 0 } }, { active: true }] }, "ae"],
    [{ or: [{ name: "Ann" }, { rank: null }] }, "ad"],
    [{ active: true, or: [{ rank: 9 }, { rank: 10 }] }, "a"],
    [{ or: [{ and: [{ active: true }, { not: { rank: 9 } }] }, { name: "bob" }] }, "be"],
  ]),
  filterCase("what is undefined, unknown or of the wrong shape is refused, never ignored", async model => {
    await seed(model, people);
    for (const where of refused) {
      await refuses(400, () => model.objects.filter(where as never).page({}), JSON.stringify(where));
    }
  }),
  filterCase("filters join, and a queryset stays as it was", async model => {
    await seed(model, people);
    const active = model.objects.filter({ active: true });
    const young = active.filter({ rank: { lt: 50 } });
    assert.deepEqual(await idsOf(young), ["a"]);
    assert.deepEqual(await idsOf(active), ["a", "e"]);
    assert.deepEqual(await idsOf(model.objects), ["a", "b", "c", "d", "e"]);
  }),
  filterCase(
    "search looks for a part whatever its case, in every script",
    async model => {
      await seed(model, people);
      const search = (text: string) => idsOf(model.objects.search(text, ["name", "group"]));
      assert.deepEqual(await search("ANN"), ["a", "c"]);
      assert.deepEqual(await search("äNNE"), ["e"]);
      assert.deepEqual(await search("%"), ["c"]);
      assert.deepEqual(await search("A_B"), ["d"]);
      assert.deepEqual(await search("a*"), []);
      assert.deepEqual(await search("[a]"), []);
      assert.deepEqual(await search("?"), []);
      assert.deepEqual(await idsOf(model.objects.search("x", ["rank"])), []);
      await refuses(400, () => model.objects.search("a", ["nope" as "name"]).page({}));
    },
    ["search"],
  ),
];
