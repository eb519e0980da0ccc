import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type BundleOptions,
  bundleFunction,
  type FunctionBundle,
} from "../../tools/cli/build/bundleFunction.ts";
import { makeProject, type Project } from "./cli.ts";

const installed = fileURLToPath(new URL("../../node_modules/", import.meta.url));

/**
 * Bundles `src/index.ts` of a project of its own, as one function.
 *
 * @param files the project
 * @param packages what it has installed, as this project has it
 * @param names what the function's stub exports
 * @param more options that differ from the usual ones
 */
export async function bundleProject(
  files: Record<string, string>,
  packages: readonly string[],
  names: readonly string[] = ["handler"],
  more: Partial<BundleOptions> = {},
): Promise<{ project: Project; bundle: FunctionBundle }> {
  const project = makeProject(files);
  const { folder } = project;
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  for (const name of packages) {
    symlinkSync(join(installed, name), join(folder, "node_modules", name), "junction");
  }
  const module = join(folder, "src/index.ts");
  const stub = `export { ${names.join(", ")} } from ${JSON.stringify(module)};`;
  const bundle = await bundleFunction(
    { name: "index", origin: { module, path: ["handler"] }, stub },
    join(folder, "dist"),
    {
      root: folder,
      minify: true,
      sourcemap: false,
      splitting: true,
      external: [],
      validators: new Map(),
      ...more,
    },
  );
  return { project, bundle };
}
