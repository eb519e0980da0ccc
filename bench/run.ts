/**
 * Compares the generics with a handler written by hand and with the same stack composed from the official Middy
 * packages. `--short` only proves that it works; `--write` writes the tables into docs/speed.md.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cases } from "./cases.ts";
import { type Measured, reportOf, writeInto } from "./report.ts";
import { measureStartup } from "./startup.ts";

const { values } = parseArgs({ options: { short: { type: "boolean" }, write: { type: "boolean" } } });
const { short = false, write = false } = values;
const budget = short ? 150 : 4500;
const child = fileURLToPath(new URL("./runCase.ts", import.meta.url));

/** Each case has a process of its own, as each Lambda function has. */
function measured(name: string): Measured {
  const printed = execFileSync(process.execPath, [child, name, `${budget}`], { encoding: "utf8" });
  const { compared, timings } = JSON.parse(printed) as { compared: number } & Pick<Measured, "timings">;
  console.error(`${name}: ${compared} responses are equal`);
  return { name, timings };
}

const report = reportOf(
  cases.map(({ name }) => measured(name)),
  await measureStartup(short ? 1 : 9),
);
console.log(report);
if (write) writeInto(new URL("../docs/speed.md", import.meta.url), report);
