import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Block } from "./markdown.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A folder outside of the project in which blocks of a document are modules. */
export interface Snippets {
  /** Where a block's module is. */
  path(file: string): string;
  /** What the compiler says of all of them; nothing when they compile. */
  compile(): string;
  remove(): void;
}

/**
 * Writes blocks as modules. Packages are those of the project, `tsverless` is its source, and so is `src`, for blocks
 * that show what goes into the project.
 *
 * @param blocks TypeScript blocks, each with a name of its own
 */
export function writeSnippets(blocks: readonly Block[]): Snippets {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "snippets-"));
  for (const name of ["node_modules", "src"]) symlinkSync(join(root, name), join(folder, name), "junction");
  for (const { file, code } of blocks) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), code);
  }
  const config = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: {
      isolatedDeclarations: false,
      declaration: false,
      moduleDetection: "force",
      typeRoots: [join(root, "node_modules/@types")],
    },
    include: [],
    files: blocks.map(({ file }) => file),
  };
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  return {
    path: file => join(folder, file),
    compile() {
      const args = [join(root, "node_modules/typescript/bin/tsc"), "--project", folder];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
      if (status === 0) return "";
      // What is wrong with the sources themselves is reported elsewhere.
      return (stdout + stderr).replaceAll(/^\.\.[^\n]*: error TS.*\n(?: .*\n)*/gm, "");
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What a bundler made. */
export interface Made {
  /** The files by name. */
  files: Map<string, string>;
  /** Where the handler's bundle is. */
  entry: string;
  remove(): void;
}

/** Runs a document's esbuild command, to the letter, with one of its blocks as `handler.ts`. */
export function bundleAs(command: string, blocks: readonly Block[], handler: string): Made {
  const renamed = blocks.map(block => (block.file === handler ? { ...block, file: "handler.ts" } : block));
  const { path, remove } = writeSnippets(renamed);
  const [npx, tool = "", ...args] = command.split(" ");
  if (npx !== "npx" || tool !== "esbuild") throw new Error(`No esbuild command: ${command}`);
  const { status, stderr } = spawnSync(join(root, "node_modules/.bin", tool), args, {
    cwd: path("."),
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(stderr);
  const names = readdirSync(path("dist"));
  return {
    files: new Map(names.map(name => [name, readFileSync(join(path("dist"), name), "utf8")])),
    entry: join(path("dist"), "handler.mjs"),
    remove,
  };
}
