import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** How much time is spent: 1 for figures that one can rely on, 0.02 to see that all works. */
export type Effort = number;

/** A part of the benchmark, which has its own table on the page. */
export interface Section {
  readonly name: string;
  /** Measures, and gives Markdown. */
  run(effort: Effort): string | Promise<string>;
}

/**
 * Runs a program of `processes` with the flags and arguments given.
 *
 * @returns the JSON that it printed
 */
export function runProcess<Result>(
  program: string,
  args: readonly string[],
  flags: readonly string[] = [],
): Result {
  const path = fileURLToPath(new URL(`processes/${program}`, import.meta.url));
  // Warnings of packages (DEP0040) are not ours.
  const command = ["--no-deprecation", ...flags, path, ...args];
  return JSON.parse(
    execFileSync(process.execPath, command, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }),
  ) as Result;
}

/** Says on stderr how far it is. */
export const note = (text: string): void => console.error(text);
