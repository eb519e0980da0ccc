import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const main = join(root, "src/cli/main.ts");

/** What a command said, and how it ended. */
export interface CliOutcome {
  code: number | null;
  out: string;
  err: string;
}

/** A project in which the command line of the sources runs, and where `tsverless` is the sources. */
export interface CliProject {
  readonly folder: string;
  path(name: string): string;
  read(name: string): string;
  write(files: Readonly<Record<string, string>>): void;
  /** Runs `tsverless` in the project, as a process of its own, in a pipe. */
  cli(...args: string[]): CliOutcome;
  remove(): void;
}

const outcome = ({ status, stdout, stderr }: SpawnSyncReturns<string>): CliOutcome => ({
  code: status,
  out: stdout,
  err: stderr,
});

/**
 * Makes a project of these files.
 *
 * @param files text by path; there is a `package.json`, unless it is among them
 */
export function cliProject(files: Readonly<Record<string, string>>): CliProject {
  const parent = join(root, ".data");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "project-"));
  const path = (name: string): string => join(folder, name);
  function write(given: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(given)) {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), text);
    }
  }
  write({ "package.json": '{ "name": "shop", "type": "module" }', ...files });
  return {
    folder,
    path,
    read: name => readFileSync(path(name), "utf8"),
    write,
    cli: (...args) => {
      const env = { PATH: process.env.PATH, HOME: folder };
      return outcome(spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: "utf8", env }));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * Runs a built function in plain Node, away from all packages.
 *
 * @param folder that of the function
 * @param events what its handler is given, one after the other
 * @returns what it answers
 */
export function runBuilt(folder: string, events: readonly unknown[]): unknown[] {
  const away = mkdtempSync(join(realpathSync(tmpdir()), "function-"));
  try {
    cpSync(folder, away, { recursive: true });
    const program = `
      const { handler } = await import("./index.mjs");
      const answers = [];
      for (const event of ${JSON.stringify(events)}) answers.push(await handler(event, { awsRequestId: "r1" }));
      process.stdout.write(JSON.stringify(answers));`;
    const env = { PATH: process.env.PATH, TSVERLESS_SECRET_KEY: "a secret of tests that is 32 bytes long" };
    const args = ["--input-type=module", "--eval", program];
    const { code, out, err } = outcome(
      spawnSync(process.execPath, args, { cwd: away, encoding: "utf8", env }),
    );
    if (code !== 0) throw new Error(`The function ended with ${code}: ${err}`);
    return JSON.parse(out) as unknown[];
  } finally {
    rmSync(away, { recursive: true, force: true });
  }
}
