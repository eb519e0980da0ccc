import { strictEqual } from "node:assert/strict";
import { round, table } from "../markdown.ts";
import type { Timing } from "../measure.ts";
import { note, runProcess, type Section } from "../section.ts";

interface Measured {
  name: string;
  /** How many statements one request takes. */
  statements: Record<string, number>;
  timings: Record<string, Timing>;
}

/** What is shown beside the posts, and the statements that it takes us and who reads in batches by hand. */
const cases = [
  { name: "list of 50", include: "", statements: 1 },
  { name: "with an author", include: "author", statements: 2 },
  { name: "with comments", include: "comments", statements: 2 },
  { name: "with both", include: "author,comments", statements: 3 },
];

const names = ["batched", "joined", "tsverless"];

/** @throws AssertionError where responses differ, or where we take another number of statements than the relations that are shown */
function measured({ name, include, statements: expected }: (typeof cases)[number], budget: number): Measured {
  const { compared, ...found } = runProcess<{ compared: number } & Omit<Measured, "name">>("relations.ts", [
    include,
    `${budget}`,
  ]);
  const { statements } = found;
  const counts = names.map(each => `${each} ${statements[each]}`).join(", ");
  note(`relations, ${name}: ${compared} responses are equal; statements: ${counts}`);
  for (const each of ["batched", "tsverless"]) strictEqual(statements[each], expected, `${name}: ${counts}`);
  return { name, ...found };
}

/** Compares responses and counts statements, and measures nothing. */
export function compareRelations(): void {
  for (const one of cases) measured(one, 0);
}

function row({ name, statements, timings }: Measured): string[] {
  const [first = "", ...others] = names;
  return [
    name,
    round(timings[first]?.micros ?? Number.NaN),
    ...others.map(each => timings[each]?.ratio.toFixed(2) ?? "-"),
    names.map(each => `${statements[each]}`).join(" / "),
  ];
}

export const relations: Section = {
  name: "relations",
  run: effort =>
    table([
      ["× batched", "batched, µs", "joined", "tsverless", "statements"],
      ...cases.map(one => row(measured(one, 6000 * effort))),
    ]),
};
