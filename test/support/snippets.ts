import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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
      return status === 0 ? "" : stdout + stderr;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
