import type { BuildOptions } from "esbuild";

/** The options of a build that say how its files are read, and not what becomes of them. */
const reading = [
  "alias",
  "conditions",
  "drop",
  "dropLabels",
  "external",
  "inject",
  "jsx",
  "jsxDev",
  "jsxFactory",
  "jsxFragment",
  "jsxImportSource",
  "jsxSideEffects",
  "keepNames",
  "loader",
  "mainFields",
  "nodePaths",
  "preserveSymlinks",
  "resolveExtensions",
  "tsconfig",
  "tsconfigRaw",
] as const satisfies readonly (keyof BuildOptions)[];

/** An ES module has the real `import.meta`, which builds of CommonJS define. */
const definitions = (define: BuildOptions["define"] = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(define).filter(([name]) => !name.startsWith("import.meta")));

/** The options of a build that a bundle of the same code needs, as an ES module to be run here. */
export function readingOptions(options: BuildOptions): BuildOptions & { define: Record<string, string> } {
  const kept = reading.filter(name => options[name] !== undefined);
  return {
    ...Object.fromEntries(kept.map(name => [name, options[name]])),
    define: definitions(options.define),
  };
}
