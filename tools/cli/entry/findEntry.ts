import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { UserError } from "../shell/command.ts";
import { packageFolder } from "./packageFolder.ts";

/** The file that holds the handlers, and the project that it is of. */
export interface Entry {
  readonly file: string;
  /** Where its packages are found: the folder of the nearest `package.json`, else its own. */
  readonly root: string;
}

const names = ["api", "index", "app", "src/api", "src/index", "src/app"];
const extensions = [".ts", ".mts", ".js", ".mjs"];

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

const firstFile = (paths: readonly string[]): string | undefined => paths.find(isFile);

/** What the `package.json` of a folder calls its `main`, if it has one. */
function mainOf(folder: string): string | undefined {
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) return undefined;
  try {
    const { main } = JSON.parse(readFileSync(manifest, "utf8")) as { main?: unknown };
    return typeof main === "string" ? main : undefined;
  } catch (error) {
    throw new UserError(`${manifest} is not JSON: ${(error as Error).message}`);
  }
}

function fileInFolder(folder: string, entry: string): string {
  const named = names.flatMap(name => extensions.map(extension => join(folder, `${name}${extension}`)));
  const found = firstFile(named);
  if (found !== undefined) return found;
  const main = mainOf(folder);
  const file = main === undefined ? undefined : firstFile([join(folder, main)]);
  if (file !== undefined) return file;
  const wrong =
    main === undefined
      ? 'no "main" in a package.json'
      : `the "main" of its package.json, ${JSON.stringify(main)}, is not there`;
  throw new UserError(
    `The folder ${JSON.stringify(entry)} has no entry: no ${names.join(", ")} with ${extensions.join(", ")}, and ${wrong}`,
  );
}

/**
 * Finds the file that an `[entry]` means. A folder means its `api`, `index` or `app`, or that in its `src`, with the
 * extension `.ts`, `.mts`, `.js` or `.mjs`; else the `main` of its `package.json`.
 *
 * @param cwd where the user is
 * @param entry a file, its extension may be left out, or a folder
 * @throws UserError saying what was looked for
 */
export function findEntry(cwd: string, entry = "."): Entry {
  const path = resolve(cwd, entry);
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const file = isFolder
    ? fileInFolder(path, entry)
    : firstFile([path, ...extensions.map(extension => `${path}${extension}`)]);
  if (file === undefined) throw new UserError(`There is no file or folder ${JSON.stringify(entry)}`);
  return { file, root: packageFolder(dirname(file)) ?? dirname(file) };
}

/** A path as the user would write it. */
export const shownPath = (cwd: string, path: string): string => relative(cwd, path) || ".";
