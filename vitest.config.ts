import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type ViteUserConfig } from "vitest/config";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

interface Manifest {
  exports: Record<string, { default?: string } | string>;
  imports: Record<string, { default: string }>;
}

const { exports: subpaths, imports } = JSON.parse(readFileSync(here("./package.json"), "utf8")) as Manifest;

/** Where the source of a built file is. */
const sourceOf = (target: string): string => here(target.replace("/dist/", "/").replace(/\.js$/, ".ts"));

/** What the package asks of itself by a name leads to the sources too. */
const inner = Object.entries(imports).map(([name, target]) => ({
  find: name,
  replacement: sourceOf(target.default),
}));

/** The package's own subpaths lead to the sources; those with a star come last. */
const alias = Object.entries(subpaths)
  .sort(([a], [b]) => Number(a.includes("*")) - Number(b.includes("*")))
  .flatMap(([subpath, target]) => {
    if (typeof target !== "object" || target.default === undefined) return [];
    return {
      find: new RegExp(`^tsverless${subpath.slice(1).replace("*", "(.+)")}$`),
      replacement: sourceOf(target.default).replace("*", "$1"),
    };
  });

const config: ViteUserConfig = defineConfig({
  resolve: { alias: [...inner, ...alias] },
  test: {
    include: ["test/**/*.test.ts"],
    reporters: ["default", "./test/support/closingLine.ts"],
    // Most of the time of most files is waiting, for a database or another process.
    maxWorkers: "100%",
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

export default config;
