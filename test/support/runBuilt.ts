import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Runs a built function in plain Node, away from all packages.
 *
 * @param folder that of the function
 * @param events what its handler is given, one after the other
 * @param more variables of its environment
 * @param file its module in the folder
 * @returns what it gives
 */
export function runBuilt(
  folder: string,
  events: readonly unknown[],
  more: Readonly<Record<string, string>> = {},
  file = "./index.mjs",
): unknown[] {
  const away = mkdtempSync(join(realpathSync(tmpdir()), "function-"));
  try {
    cpSync(folder, away, { recursive: true });
    const program = `
      const { handler } = await import(${JSON.stringify(file)});
      const results = [];
      for (const event of ${JSON.stringify(events)}) results.push(await handler(event, { awsRequestId: "r1" }));
      process.stdout.write(JSON.stringify(results));`;
    const env = {
      PATH: process.env.PATH,
      TSVERLESS_SECRET_KEY: "a secret of tests that is 32 bytes long",
      ...more,
    };
    const args = ["--input-type=module", "--eval", program];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: away,
      encoding: "utf8",
      env,
    });
    if (status !== 0) throw new Error(`The function ended with ${status}: ${stderr}`);
    return JSON.parse(stdout) as unknown[];
  } finally {
    rmSync(away, { recursive: true, force: true });
  }
}
