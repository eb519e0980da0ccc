import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { blocksOf } from "./support/markdown.ts";
import { writeSnippets } from "./support/snippets.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const blocks = blocksOf(readme).filter(b => b.language === "ts");
const s = writeSnippets(blocks);
describe("x", () => {
  it("compiles", () => expect(s.compile()).toBe(""));
  it.each(blocks.map(b => b.file))("%s", async f => {
    const m = await import(s.path(f));
    expect(Object.keys(m).length).toBeGreaterThan(0);
  });
});
afterAll(() => s.remove());
