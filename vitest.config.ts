import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type ViteUserConfig } from "vitest/config";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const { exports: subpaths } = JSON.parse(readFileSync(here("./package.json"), "utf8")) as {
  exports: Record<string, { default?: string } | string>;
};

/** The package's own subpaths lead to the sources; those with a star come last. */
const alias = Object.entries(subpaths)
  .sort(([a], [b]) => Number(a.includes("*")) - Number(b.includes("*")))
  .flatMap(([subpath, target]) => {
    if (typeof target !== "object" || target.default === undefined) return [];
    const source = target.default.replace("/dist/", "/").replace(/\.js$/, ".ts");
    return {
      find: new RegExp(`^tsverless${subpath.slice(1).replace("*", "(.+)")}$`),
      replacement: here(source.replace("*", "$1")),
    };
  });

const config: ViteUserConfig = defineConfig({
  resolve: { alias },
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
