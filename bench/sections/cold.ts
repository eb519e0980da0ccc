import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle, emptyHandler, type Form, unbundled } from "../bundles.ts";
import { ada, bearer, get, messagesOf, post } from "../common/events.ts";
import { type Entry, entries, hasKind, type Wanted } from "../contenders/table.ts";
import { table } from "../markdown.ts";
import { median } from "../measure.ts";
import { note, type Section } from "../section.ts";

const program = fileURLToPath(new URL("../processes/firstResponse.mjs", import.meta.url));

const functions: readonly { name: string; wanted: Wanted; event(): object }[] = [
  {
    name: "create with JWT",
    wanted: { kind: "create", guarded: true },
    event: () => post(JSON.stringify(ada), bearer(0)),
  },
  {
    name: "retrieve with JWT",
    wanted: { kind: "retrieve", guarded: true },
    event: () => get("user-07", bearer(0)),
  },
  { name: "retrieve", wanted: { kind: "retrieve" }, event: () => get("user-07") },
  { name: "queue", wanted: { kind: "queue" }, event: () => messagesOf(10) },
];

/** Milliseconds from the spawn of a process to its first response. */
function start(path: string, event: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const begin = performance.now();

    const child = spawn(process.execPath, ["--no-deprecation", program, path, event]);
    const { stdout, stderr } = child;
    let time = 0;
    let status = "";
    let wrong = "";
    stdout.on("data", (text: Buffer) => {
      time ||= performance.now() - begin;
      status += text.toString();
    });
    stderr.on("data", (text: Buffer) => {
      wrong += text.toString();
    });
    child.on("error", reject).on("close", () => {
      if (/^20\d/.test(status)) resolve(time);
      else reject(new Error(`${path} responds ${status || wrong}`));
    });
  });
}

interface Row {
  readonly contender: string;
  readonly form: Form;
}

/** Without a bundler, all schemas are compiled at start. */
function rowsOf(contender: string): Row[] {
  if (entries[contender]?.isPrecompiled) return [{ contender, form: "bundled" }];
  const forms: Form[] =
    contender === "tsverless" ? ["bundled", "bundled, --no-compile", "plain"] : ["bundled", "plain"];
  return forms.map(form => ({ contender, form }));
}

const pathOf = async ({ contender, form }: Row, wanted: Wanted): Promise<string> =>
  form === "plain" ? unbundled(contender, wanted) : (await bundle(contender, wanted, form)).path;

/** Starts all in turn, in another order each time; the medians of what each takes longer than the first in the same turn. */
async function startAll(paths: readonly string[], event: string, runs: number): Promise<number[]> {
  const rounds: number[][] = [];
  for (let run = 0; run < runs; run++) {
    const times: number[] = [];
    for (let offset = 0; offset < paths.length; offset++) {
      const at = (run + offset) % paths.length;
      times[at] = await start(paths[at] as string, event);
    }
    rounds.push(times);
  }
  const others = paths.slice(1);
  return others.map((_, index) =>
    median(rounds.map(times => (times[index + 1] as number) - (times[0] as number))),
  );
}

export const cold: Section = {
  name: "cold",
  async run(effort) {
    const rows = Object.keys(entries).flatMap(rowsOf);
    const empty = emptyHandler();
    const columns: Map<Row, number>[] = [];
    for (const { name, wanted, event } of functions) {
      const able = rows.filter(({ contender }) => hasKind(entries[contender] as Entry, wanted.kind));
      const paths: string[] = [];
      for (const row of able) paths.push(await pathOf(row, wanted));
      const file = join(empty, "..", "event.json");
      writeFileSync(file, JSON.stringify(event()));
      const times = await startAll([empty, ...paths], file, Math.max(1, Math.round(11 * effort)));
      columns.push(new Map(able.map((row, at) => [row, times[at] as number])));
      note(`cold: ${name}`);
    }
    const limit = rows.find(({ contender }) => contender === "limit") as Row;
    const cells = (row: Row): string[] =>
      columns.map(column => {
        const time = column.get(row);
        if (time === undefined || row === limit) return time?.toFixed(1) ?? "-";
        return `${time.toFixed(1)} (${(time / (column.get(limit) as number)).toFixed(1)})`;
      });
    return table([
      ["ms to the first response (× limit)", ...functions.map(({ name }) => name)],
      ...rows.map(row => [`${row.contender}, ${row.form}`, ...cells(row)]),
    ]);
  },
};
