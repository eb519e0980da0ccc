import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const file = fileURLToPath(new URL("../../support/kitUnderNodeTest.ts", import.meta.url));

/** Runs the kit's tests as a project with Node's own runner does. */
function run(env: Record<string, string>): { code: number | null; out: string } {
  const { NODE_OPTIONS: _, ...clean } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--test", "--test-reporter=tap", file], {
    env: { ...clean, ...env },
    encoding: "utf8",
    timeout: 60_000,
  });
  return { code: status, out: stdout + stderr };
}

describe("the kit under node:test", () => {
  it("works without any other runner", () => {
    const { code, out } = run({});
    expect(out).toContain("# pass 3");
    expect(out).toContain("# skipped 1");
    expect([code, /# fail (\d+)/.exec(out)?.[1]]).toEqual([0, "0"]);
  });

  it("fails a test with a message that the runner shows", () => {
    const { code, out } = run({ KIT_FAILS: "1" });
    expect(code).toBe(1);
    expect(out).toContain("The request /seen does not get the same response on every source:");
    expect(out).toContain("alb: On alb, AWS would answer 502: Malformed Lambda response");
  });
});
