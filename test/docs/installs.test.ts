import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { pages } from "../support/manual.ts";
import { blocksOf } from "../support/markdown.ts";

const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));

/** The packages that the code of a page imports, without this one and those of Node. */
function imported(text: string): string[] {
  const code = blocksOf(text).flatMap(({ language, code }) => (language === "ts" ? [code] : []));
  const specifiers = [
    ...code.join("\n").matchAll(/(?:^(?:import|export|\}).*from |^import |import\()"([^"]+)"/gm),
  ].map(([, name = ""]) => name);
  const names = specifiers.map(name => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? "");
  return [...new Set(names)].filter(name => !/^\.|^node:|^tsverless$/.test(name));
}

/** The packages that a page says to install. */
const installed = (text: string): string[] =>
  [...text.matchAll(/npm install (?:--save-dev )?([^#`\n]+)/g)].flatMap(([, names = ""]) =>
    names.trim().split(" "),
  );

/** What has the types of a package: the package itself, or one of DefinitelyTyped. */
function typesOf(name: string): string[] {
  const manifest = readFileSync(`${modules}/${name}/package.json`, "utf8");
  const apart = `@types/${name.replace(/^@(.*)\//, "$1__")}`;
  return /"(types|typings)":|\.d\.[cm]?ts"/.test(manifest) || !existsSync(`${modules}/${apart}`)
    ? []
    : [apart];
}

describe("what the code of a page needs is what the page says to install", () => {
  const needing = pages.filter(({ text }) => imported(text).length > 0);

  it("of the pages that need something", () => {
    expect(needing.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["docs/models.md", "docs/dynamodb.md", "docs/serializers.md"]),
    );
    expect(typesOf("pg")).toEqual(["@types/pg"]);
    expect(typesOf("zod")).toEqual([]);
  });

  it.each(needing.map(({ path, text }) => [path, text] as const))("%s", (_path, text) => {
    const needed = imported(text).flatMap(name => [name, ...typesOf(name)]);
    expect(needed.filter(name => !installed(text).includes(name))).toEqual([]);
  });
});
