import { readFileSync, writeFileSync } from "node:fs";
import type { Reporter, SerializedError, TestModule } from "vitest/node";

/** How many tests ended how. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** What a run leaves for a second one: its counts, and the files whose process broke down. */
export interface Interrupted extends Counts {
  files: string[];
}

/** The signals by which Node itself breaks down. Out of memory is SIGABRT, which a test may well have caused. */
const breakdown =
  /^Worker exited unexpectedly with signal SIG(?:TRAP|SEGV|ILL|BUS) .*while running test file (.+)$/;

function brokenFile(error: SerializedError): string | undefined {
  return breakdown.exec(String(error.cause?.message ?? error.message))?.[1];
}

function count(modules: readonly TestModule[]): Counts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    const tests = [...module.children.allTests()];
    for (const test of tests) {
      const { state } = test.result();
      counts[state === "passed" || state === "failed" ? state : "skipped"]++;
    }
    if (tests.length === 0 || module.errors().length > 0) counts.failed++;
  }
  return counts;
}

/**
 * Ends a run with one plain line that any log reader understands: `12 passed, 0 failed`.
 *
 * With `INTERRUPTED`, the path of a file, a run in which nothing failed but the process of a test file broke down says so
 * there, and a run that finds the file adds the counts in it to its own. See `test/support/unit.ts`.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const { passed, failed, skipped } = count(modules);
    const files = errors.map(brokenFile);
    const path = process.env.INTERRUPTED;
    const before = path === undefined ? undefined : earlier(path);
    const whole = modules.filter(({ moduleId }) => !files.includes(moduleId));
    if (
      path !== undefined &&
      before === undefined &&
      files.length > 0 &&
      files.every(file => file !== undefined)
    ) {
      const counts = count(whole);
      if (counts.failed === 0) writeFileSync(path, JSON.stringify({ ...counts, files }));
    }
    const all = { passed: passed + (before?.passed ?? 0), skipped: skipped + (before?.skipped ?? 0) };
    const skips = all.skipped > 0 ? `, ${all.skipped} skipped` : "";
    console.log(`\n${all.passed} passed, ${failed + errors.length} failed${skips}`);
  }
}

function earlier(path: string): Interrupted | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
