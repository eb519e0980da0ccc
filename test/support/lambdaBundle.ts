import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleCommand } from "./manual.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A function as it would be deployed. */
export interface FunctionBundle {
  folder: string;
  remove(): void;
}

/**
 * Bundles a module with the command that the manual gives, into a folder of its own.
 *
 * @param entry the module, from the root of the project
 * @throws Error when the manual's command is no longer one that this understands
 */
export function bundleFunction(entry: string): FunctionBundle {
  const folder = mkdtempSync(join(tmpdir(), `tsverless-${basename(entry, ".ts")}-`));
  const [npx, program, source, ...options] = bundleCommand().split(" ");
  if (
    npx !== "npx" ||
    program !== "esbuild" ||
    source !== "handler.ts" ||
    !options.includes("--outdir=dist")
  ) {
    throw new Error("The manual has another command for bundling");
  }
  const given = options.map(option => (option === "--outdir=dist" ? `--outdir=${folder}` : option));
  execFileSync(join(root, "node_modules/.bin/esbuild"), [entry, ...given, "--log-level=warning"], {
    cwd: root,
  });
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
