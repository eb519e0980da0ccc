import { readFileSync, writeFileSync } from "node:fs";
import { arch, availableParallelism } from "node:os";
import type { Timing } from "./measure.ts";
import type { Startup } from "./startup.ts";

/** What was measured of one case. */
export interface Measured {
  name: string;
  timings: Record<string, Timing>;
}

const round = (value: number): string => value.toFixed(value < 100 ? 1 : 0);
const kilo = (bytes: number): string => (bytes / 1000).toFixed(1);
const table = (rows: readonly (readonly string[])[]): string => {
  const [head = [], ...body] = rows;
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), `|---|${"--:|".repeat(head.length - 1)}`, ...body.map(line)].join("\n");
};

/** A table of what each contender takes, in Markdown. */
export function timingTable(measured: readonly Measured[]): string {
  const contenders = Object.keys(measured[0]?.timings ?? {});
  const cell = ({ micros, ratio }: Timing, index: number): string =>
    index === 0 ? round(micros) : `${round(micros)} (${ratio.toFixed(2)})`;
  return table([
    ["µs per invocation (ratio to raw)", ...contenders],
    ...measured.map(({ name, timings }) => [name, ...Object.values(timings).map(cell)]),
  ]);
}

function startupTable(startups: readonly Startup[]): string {
  return table([
    ["create", "at start, kB", "gzip", "loaded later, gzip", "import, ms", "first response, ms"],
    ...startups.map(({ name, size, gzip, later, imported, responded }) => [
      name,
      kilo(size),
      kilo(gzip),
      later === 0 ? "-" : kilo(later),
      round(imported),
      round(responded),
    ]),
  ]);
}

const architectures: Partial<Record<string, string>> = { x64: "x86-64", arm64: "64-bit ARM" };

/** All results in Markdown, with the date and the machine they belong to. */
export function reportOf(measured: readonly Measured[], startups: readonly Startup[]): string {
  const day = new Date().toISOString().slice(0, 10);
  const machine = `${availableParallelism()} shared cores, ${architectures[arch()] ?? arch()}`;
  const origin = `Measured ${day} on Node ${process.version.slice(1)}, ${machine}.`;
  return [origin, timingTable(measured), startupTable(startups)].join("\n\n");
}

const begin = "<!-- bench:start -->";
const end = "<!-- bench:end -->";

/**
 * Puts a report between the marks of a document.
 *
 * @throws Error when the document has no such marks
 */
export function writeInto(path: URL, report: string): void {
  const text = readFileSync(path, "utf8");
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${path.pathname} must have ${begin} and ${end}`);
  writeFileSync(path, `${text.slice(0, from + begin.length)}\n${report}\n${text.slice(to)}`);
}
