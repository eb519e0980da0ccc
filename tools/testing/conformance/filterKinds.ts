import { holdsFor } from "./filterCase.ts";
import type { Case } from "./thing.ts";

const instant = (iso: string): Date => new Date(iso);

/** How values of each kind compare. */
export const filterKindCases: readonly Case[] = [
  holdsFor([
    { id: "a", born: instant("2020-01-01T00:00:00Z"), data: { a: "x", b: [1, null] } },
    { id: "b", born: instant("1969-12-31T23:59:59.999Z"), data: ["x"] },
    { id: "c", born: instant("9999-12-31T23:59:59.999Z") },
  ])("dates compare as instants, JSON by content", [
    [{ born: instant("2020-01-01T00:00:00Z") }, "a"],
    [{ born: { lt: instant("1970-01-01T00:00:00Z") } }, "b"],
    [{ born: { gte: instant("2020-01-01T00:00:00Z") } }, "ac"],
    [{ born: { ne: instant("2020-01-01T01:00:00+01:00") } }, "bc"],
    [{ data: { eq: { b: [1, null], a: "x" } } }, "a"],
    [{ data: { eq: ["x"] } }, "b"],
    [{ data: { ne: ["x"] } }, "ac"],
    [{ data: null }, "c"],
  ]),
  holdsFor([
    { id: "a", big: 9007199254740992n },
    { id: "b", big: 9007199254740993n },
    { id: "c", big: -9223372036854775808n },
    { id: "d" },
  ])(
    "big integers compare exactly",
    [
      [{ big: 9007199254740993n }, "b"],
      [{ big: { gt: 9007199254740992n } }, "b"],
      [{ big: { lt: 0n } }, "c"],
      [{ big: { in: [9007199254740992n, -9223372036854775808n] } }, "ac"],
    ],
    ["bigint"],
  ),
  holdsFor([
    { id: "a", price: "9.50" },
    { id: "b", price: "10" },
    { id: "c", price: "12345678901234567890.1234567890123456789" },
    { id: "d", price: "-1.5" },
    { id: "e", price: "-1.51" },
    { id: "f" },
  ])(
    "decimals compare as the numbers they write, exactly",
    [
      [{ price: "9.5" }, "a"],
      [{ price: { eq: "10" } }, "b"],
      [{ price: { gt: "9.5" } }, "bc"],
      [{ price: { gte: "9.50" } }, "abc"],
      [{ price: { lt: "0" } }, "de"],
      [{ price: { lt: "-1.5" } }, "e"],
      [{ price: { lte: "9.5" } }, "ade"],
      [{ price: ["9.500", "-1.5"] }, "ad"],
      [{ price: { ne: "9.5" } }, "bcdef"],
      [{ price: { gt: "12345678901234567890.12345678901234567889" } }, "c"],
    ],
    ["decimal"],
  ),
];
