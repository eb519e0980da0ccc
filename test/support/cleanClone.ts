import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Outcome } from "./packedPackage.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const modules = join(root, "node_modules");

/** The project as one has it who has cloned it and run `npm ci`: without anything that was built. */
export interface Clone {
  has(path: string): boolean;
  write(path: string, text: string): void;
  /** Runs npm as somebody's shell does: by the Node of the machine, whichever that is. */
  npm(...args: string[]): Outcome;
  remove(): void;
}

/** The variables of a shell: nothing that npm or a test runner has set, and no program of ours on the path. */
export function shellEnvironment(): Record<string, string | undefined> {
  const path = (process.env.PATH ?? "").split(delimiter).filter(folder => !folder.startsWith(modules));
  return { PATH: path.join(delimiter), HOME: process.env.HOME };
}

/** Copies what git knows, changed files as they are, and links the packages. */
export function cleanClone(): Clone {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "clone-"));
  const listed = execFileSync("git", ["ls-files", "-z", "-co", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  for (const path of listed.split("\0").filter(name => name !== "" && existsSync(join(root, name)))) {
    cpSync(join(root, path), join(folder, path));
  }
  symlinkSync(modules, join(folder, "node_modules"), "junction");
  return {
    has: path => existsSync(join(folder, path)),
    write: (path, text) => writeFileSync(join(folder, path), text),
    npm(...args) {
      const { status, stdout, stderr } = spawnSync("npm", args, {
        cwd: folder,
        encoding: "utf8",
        env: shellEnvironment(),
        shell: process.platform === "win32",
      });
      return { code: status, out: stdout, err: stderr };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
