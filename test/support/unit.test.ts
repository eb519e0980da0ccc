import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Two files of tests, of which one does something the first time that it runs. */
const tests = (once: string) => ({
  "package.json": '{ "type": "module" }',
  "vitest.config.js": `export default { test: { reporters: [${JSON.stringify(here("../support/closingLine.ts"))}] } };`,
  "one.test.js": `
    import { existsSync, writeFileSync } from "node:fs";
    import { expect, it } from "vitest";
    it("first", () => undefined);
    it("second", async () => {
      if (existsSync("ran")) return;
      writeFileSync("ran", "");
      ${once}
    });`,
  "two.test.js": `
    import { it } from "vitest";
    it("third", () => undefined);
    it.skip("fourth", () => undefined);`,
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tsverless-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(here("../../node_modules/vitest"), join(folder, "node_modules/vitest"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(once: string): { code: number | null; closing: string | undefined } {
  for (const [name, text] of Object.entries(tests(once))) writeFileSync(join(folder, name), text);
  const { status, stdout } = spawnSync(process.execPath, [here("unit.ts")], {
    cwd: folder,
    encoding: "utf8",
  });
  return { code: status, closing: stdout.trimEnd().split("\n").at(-1) };
}

const signal = (name: string) =>
  `process.kill(process.pid, "${name}"); await new Promise(done => setTimeout(done, 5000));`;

it("a file whose process Node broke down in runs once more, and the closing line counts all", () => {
  expect(run(signal("SIGTRAP"))).toEqual({ code: 0, closing: "3 passed, 0 failed, 1 skipped" });
});

it("a test that fails is never run again", () => {
  expect(run("expect(1).toBe(2);")).toEqual({ code: 1, closing: "2 passed, 1 failed, 1 skipped" });
});

it("a file whose process was killed, or ran out of memory, is never run again", () => {
  expect(run(signal("SIGABRT")).code).toBe(1);
  rmSync(join(folder, "ran"));
  expect(run(signal("SIGKILL")).code).toBe(1);
});
