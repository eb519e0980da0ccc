#!/usr/bin/env node
import { nodeIsTooOld } from "./shell/nodeIsTooOld.ts";

/** Loads the rest, which an old Node can't: only after the check. */
async function main(): Promise<number> {
  const { runCli } = await import("./runCli.ts");
  const { processIo } = await import("./shell/io.ts");
  return runCli(process.argv.slice(2), processIo());
}

const problem = nodeIsTooOld(process.versions.node);
if (problem === undefined) {
  main().then(code => {
    process.exitCode = code;
  });
} else {
  process.stderr.write(`tsverless: ${problem}\n`);
  process.exitCode = 1;
}
