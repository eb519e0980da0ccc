import { filterCase, holdsFor } from "./filterCase.ts";
import { type Case, finds, refuses, seed, type Thing } from "./thing.ts";

/** Texts that databases match, pad, fold and measure in ways of their own. */
const given: readonly Partial<Thing>[] = [
  { id: "a", name: "Ann", rank: 1, price: "1.50" },
  { id: "b", name: "", rank: 5, price: "5" },
  { id: "c", name: "50%", rank: 9, price: "9.99" },
  { id: "d", name: null, rank: null },
  { id: "e", name: "a_b\\", rank: 10, price: "10" },
  { id: "f", name: "ÄNNE 😀", rank: -1, price: "-1" },
  { id: "g", name: "ann ", rank: 2, price: "2" },
  { id: "h", name: "Straße", rank: 3, price: "3" },
];

const holds = holdsFor(given);
const longest = "x".repeat(1000);

/** 65 letters of Cyrillic and Greek that have another case. */
const manyLetters = String.fromCharCode(
  ...Array.from({ length: 65 }, (_, at) => (at < 48 ? 0x430 + at : 0x3b1 + at - 48)),
);

/** What ranges, lists and parts of text mean. */
export const filterTextCases: readonly Case[] = [
  holds("notIn is the full complement of in", [
    [{ name: { notIn: ["Ann", "50%"] } }, "bdefgh"],
    [{ name: { notIn: ["Ann", null] } }, "bcefgh"],
    [{ name: { notIn: [] } }, "abcdefgh"],
    [{ not: { name: { notIn: ["Ann", "50%"] } } }, "ac"],
    [{ rank: { notIn: [1, 5, 9] } }, "defgh"],
  ]),
  holds("between has both ends, and nothing where they are turned around", [
    [{ rank: { between: [1, 5] } }, "abgh"],
    [{ rank: { between: [5, 5] } }, "b"],
    [{ rank: { between: [5, 1] } }, ""],
    [{ rank: { between: [1.5, 9.5] } }, "bcgh"],
    [{ not: { rank: { between: [1, 9] } } }, "def"],
    [{ name: { between: ["A", "Ann"] } }, "a"],
    [{ name: { between: ["A", "Ann"], ne: "Ann" } }, ""],
    [{ id: { between: ["b", "c"] } }, "bc"],
  ]),
  holds(
    "between goes by the value of decimals",
    [[{ price: { between: ["1.5", "5.00"] } }, "abgh"]],
    ["decimal"],
  ),
  holds("endsWith minds the case, and takes every character to the letter", [
    [{ name: { endsWith: "nn" } }, "a"],
    [{ name: { endsWith: "NN" } }, ""],
    [{ name: { endsWith: "nn " } }, "g"],
    [{ name: { endsWith: "%" } }, "c"],
    [{ name: { endsWith: "_b\\" } }, "e"],
    [{ name: { endsWith: "xb\\" } }, ""],
    [{ name: { endsWith: "\\" } }, "e"],
    [{ name: { endsWith: "😀" } }, "f"],
    [{ name: { endsWith: "ße" } }, "h"],
    [{ name: { endsWith: "" } }, "abcefgh"],
    [{ name: { endsWith: "xAnn" } }, ""],
    [{ name: { endsWith: longest } }, ""],
    [{ not: { name: { endsWith: "nn" } } }, "bcdefgh"],
  ]),
  holds(
    "ieq, icontains, istartsWith and iendsWith fold each letter that has one other case, in every script",
    [
      [{ name: { ieq: "ANN" } }, "a"],
      [{ name: { ieq: "änne 😀" } }, "f"],
      [{ name: { ieq: "änne" } }, ""],
      [{ name: { ieq: "STRASSE" } }, ""],
      [{ name: { ieq: "STRAßE" } }, "h"],
      [{ name: { ieq: "" } }, "b"],
      [{ name: { ieq: "A_B\\" } }, "e"],
      [{ name: { ieq: "a%" } }, ""],
      [{ name: { ieq: "a.b\\" } }, ""],
      [{ name: { icontains: "NN" } }, "afg"],
      [{ name: { icontains: "_B" } }, "e"],
      [{ name: { icontains: "" } }, "abcefgh"],
      [{ name: { istartsWith: "AN" } }, "ag"],
      [{ name: { istartsWith: "Än" } }, "f"],
      [{ name: { istartsWith: "50%" } }, "c"],
      [{ name: { istartsWith: "5_" } }, ""],
      [{ name: { istartsWith: "^" } }, ""],
      [{ name: { istartsWith: "" } }, "abcefgh"],
      [{ name: { iendsWith: "NN" } }, "a"],
      [{ name: { iendsWith: "nE 😀" } }, "f"],
      [{ name: { iendsWith: "\\" } }, "e"],
      [{ name: { iendsWith: "$" } }, ""],
      [{ name: { iendsWith: "" } }, "abcefgh"],
      [{ not: { name: { ieq: "ANN" } } }, "bcdefgh"],
      [{ not: { name: { icontains: "NN" } } }, "bcdeh"],
      [{ or: [{ name: { ieq: "ANN" } }, { name: { iendsWith: "\\" } }] }, "ae"],
      [{ name: { istartsWith: longest } }, ""],
    ],
    ["search"],
  ),
  filterCase("ranges, lists and parts of text of the wrong shape are refused", async model => {
    await seed(model, given.slice(0, 1));
    const refused: readonly unknown[] = [
      { rank: { between: 1 } },
      { rank: { between: [1] } },
      { rank: { between: [1, 2, 3] } },
      { rank: { between: [1, null] } },
      { rank: { between: ["1", "2"] } },
      { data: { between: [1, 2] } },
      { name: { notIn: "Ann" } },
      { name: { notIn: [undefined] } },
      { name: { notIn: [5] } },
      { name: { endsWith: 1 } },
      { name: { endsWith: `${longest}x` } },
      { rank: { endsWith: "9" } },
      { name: { ieq: null } },
      { name: { ieq: "nul\0" } },
      { name: { icontains: `${longest}x` } },
      { rank: { icontains: "9" } },
      { name: { ieq: manyLetters } },
    ];
    for (const where of refused) {
      await refuses(400, () => model.objects.filter(where as never).page({}), JSON.stringify(where));
    }
    await finds(model, { name: { endsWith: "nn" } }, ["a"]);
  }),
];
