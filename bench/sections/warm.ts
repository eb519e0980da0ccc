import { cases, restCases } from "../cases.ts";
import { entries } from "../contenders/table.ts";
import { round, table } from "../markdown.ts";
import type { Timing } from "../measure.ts";
import { type Effort, note, runProcess, type Section } from "../section.ts";

/** What was measured of one case. */
export interface Measured {
  name: string;
  timings: Record<string, Timing>;
}

/** Each case has a process of its own, as each Lambda function has. */
function measured(name: string, budget: number): Measured {
  const { compared, timings } = runProcess<{ compared: number } & Pick<Measured, "timings">>("runCase.ts", [
    name,
    `${budget}`,
  ]);
  note(`${name}: ${compared} responses are equal`);
  return { name, timings };
}

/** What each contender takes for each case; the first is shown in microseconds as well. */
export function timingTable(names: readonly string[], all: readonly Measured[]): string {
  const cell = (name: string, timing: Timing | undefined): string => {
    if (timing === undefined) return "-";
    const { micros, ratio } = timing;
    if (name !== names[0]) return ratio.toFixed(2);
    return ratio === 1 ? round(micros) : `${round(micros)} (${ratio.toFixed(2)})`;
  };
  return table([
    [`× ${names[0]}`, `${names[0]}, µs`, ...names.slice(1)],
    ...all.map(({ name, timings }) => [name, ...names.map(one => cell(one, timings[one]))]),
  ]);
}

const tableOf = (wanted: readonly { readonly name: string }[], budget: number): string =>
  timingTable(
    Object.keys(entries),
    wanted.map(({ name }) => measured(name, budget)),
  );

/** Compares the responses of all contenders to all requests, and measures nothing. */
export function compareAll(): void {
  for (const { name } of [...cases, ...restCases]) measured(name, 0);
}

export const warm: Section = { name: "warm", run: (effort: Effort) => tableOf(cases, 10_000 * effort) };
export const sources: Section = { name: "sources", run: effort => tableOf(restCases, 6000 * effort) };
