import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Interrupted } from "./closingLine.ts";

/*
 * `vitest run`, with the arguments given. Once in many runs Node itself breaks down, by a signal, in one of the some 180
 * processes of a run. That is not a verdict on the tests: when nothing else failed, the files of that process run once more.
 */
const vitest = fileURLToPath(import.meta.resolve("../../node_modules/vitest/vitest.mjs"));
const folder = mkdtempSync(join(tmpdir(), "tsverless-unit-"));
const INTERRUPTED = join(folder, "interrupted.json");

function run(args: readonly string[]): number {
  const env = { ...process.env, INTERRUPTED };
  return spawnSync(process.execPath, [vitest, "run", ...args], { env, stdio: "inherit" }).status ?? 1;
}

function brokenFiles(): string[] {
  try {
    return (JSON.parse(readFileSync(INTERRUPTED, "utf8")) as Interrupted).files;
  } catch {
    return [];
  }
}

const args = process.argv.slice(2);
let code = run(args);
const files = code === 0 ? [] : brokenFiles();
if (files.length > 0) {
  console.log(
    `\nThe process of these files was ended by a signal; they run once more:\n${files.join("\n")}\n`,
  );
  code = run([...args.filter(arg => arg.startsWith("-")), ...files]);
}
rmSync(folder, { recursive: true });
process.exitCode = code;
