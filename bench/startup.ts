import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { type Bundle, bundle } from "./bundles.ts";
import { cases } from "./cases.ts";
import { median } from "./measure.ts";

/** What a bundle weighs, and how long a fresh process needs for it, beyond one with an empty handler. */
export interface Startup extends Bundle {
  readonly name: string;
  /** Milliseconds to import it. */
  readonly imported: number;
  /** Milliseconds to the first response, the import included. */
  readonly responded: number;
}

const createOf = (contender: string): string =>
  `import { create } from "./contenders/${contender}.ts"; export const handler = create();`;
const guardedOf = (contender: string, guard: string): string => `
  import { create } from "./contenders/${contender}.ts";
  import { guard } from "./contenders/${guard}.ts";
  export const handler = create(guard);`;

const sources: readonly (readonly [name: string, source: string])[] = [
  ["empty", "export const handler = async () => ({});"],
  ["raw", createOf("raw")],
  ["middy", createOf("middy")],
  ["tsverless", createOf("tsverless")],
  ["raw with JWT", guardedOf("raw", "rawGuard")],
  ["middy with JWT", guardedOf("middy", "rawGuard")],
  ["tsverless with JWT", guardedOf("tsverless", "tsverless")],
];

const child = fileURLToPath(new URL("./firstResponse.ts", import.meta.url));

function start(path: string, event: object): [imported: number, responded: number] {
  const printed = execFileSync(process.execPath, [child, path, JSON.stringify(event)], { encoding: "utf8" });
  return JSON.parse(printed) as [number, number];
}

/**
 * Bundles the handlers that create, checks what our own bundles hold, and starts each in fresh processes, in turn.
 *
 * @param runs how many processes each
 */
export async function measureStartup(runs: number): Promise<Startup[]> {
  const folder = mkdtempSync(`${tmpdir()}/tsverless-bench-`);
  try {
    const bundles: { name: string; made: Bundle; times: [number, number][] }[] = [];
    for (const [name, source] of sources) {
      const checked = name.startsWith("tsverless");
      bundles.push({
        name,
        made: await bundle(name.replaceAll(" ", "-"), source, { folder, checked }),
        times: [],
      });
    }
    const eventFor = (name: string): object => {
      const wanted = name.endsWith("JWT") ? "create, known token" : "create";
      return cases.find(one => one.name === wanted)?.event(0) as object;
    };
    for (let run = 0; run < runs; run++) {
      for (const { name, made, times } of bundles) times.push(start(made.path, eventFor(name)));
    }
    const timed = bundles.map(({ name, made, times }) => ({
      name,
      ...made,
      imported: median(times.map(([imported]) => imported)),
      responded: median(times.map(([, responded]) => responded)),
    }));
    const [empty, ...others] = timed as [Startup, ...Startup[]];
    return others.map(one => ({
      ...one,
      imported: one.imported - empty.imported,
      responded: one.responded - empty.responded,
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
