/** Where bundles are made. */
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root: string = fileURLToPath(new URL("..", import.meta.url));
export const bench: string = fileURLToPath(new URL(".", import.meta.url));
export const dist: string = join(bench, "dist");
/** Where a user's project stands, which has our package among its `node_modules`. */
export const app: string = join(dist, "app");
/** What is not bundled finds its packages from here. */
export const plain: string = join(bench, "peers/dist");

let isPrepared = false;

/** Empties the folders that bundles go to, the first time. */
export function prepareFolders(): void {
  if (isPrepared) return;
  isPrepared = true;
  for (const folder of [dist, plain]) rmSync(folder, { recursive: true, force: true });
  for (const folder of ["node_modules", "handlers"]) mkdirSync(join(app, folder), { recursive: true });
  for (const folder of ["contenders", "common"])
    cpSync(join(bench, folder), join(app, folder), { recursive: true });
  writeFileSync(join(app, "package.json"), '{ "name": "app", "private": true, "type": "module" }\n');
  // As npm installs it: behind a link, bundlers take the paths of this project's tsconfig.json, and its sources beside the build.
  const installed = join(app, "node_modules/tsverless");
  for (const name of ["package.json", "dist"])
    cpSync(join(root, name), join(installed, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(installed, "node_modules"), "dir");
}

/** Deletes what was made, at the end. */
export function removeFolders(): void {
  for (const folder of [dist, plain]) rmSync(folder, { recursive: true, force: true });
}
