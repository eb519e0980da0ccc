import { existsSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { makeFolders } from "../shell/makeFolders.ts";
import type { RouteInfo } from "../worker/messages.ts";

/** The folder of a package, as the project finds it. */
function packageFolder(root: string, name: string): string | undefined {
  try {
    return dirname(createRequire(join(root, "package.json")).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

/**
 * Copies what a function reads of packages when it runs into its own `node_modules`: no bundle has it.
 *
 * @param root the folder of the project's `package.json`
 * @param folder that of the function
 * @param files by package; one that the package does not have is left out
 * @returns the packages that are not installed
 */
export async function takeFiles(root: string, folder: string, files: RouteInfo["files"]): Promise<string[]> {
  const missing: string[] = [];
  for (const [name, paths] of Object.entries(files)) {
    const from = packageFolder(root, name);
    if (from === undefined) missing.push(name);
    else {
      for (const path of paths.filter(one => existsSync(join(from, one)))) {
        const target = join(folder, "node_modules", name, path);
        makeFolders(dirname(target));
        await copyFile(join(from, path), target);
      }
    }
  }
  return missing;
}
