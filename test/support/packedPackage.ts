import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What npm would publish, unpacked. */
export interface Packed {
  /** Paths of all files, sorted. */
  files: string[];
  /** Bytes of the tarball, and of what is in it. */
  size: number;
  unpackedSize: number;
  manifest: { name: string; exports: Record<string, string | Record<string, string>> } & Record<
    "bin" | "dependencies" | "peerDependencies",
    Record<string, string>
  >;
  tarball: string;
  remove(): void;
}

const npm = (args: readonly string[]): string =>
  execFileSync("npm", args, { cwd: root, encoding: "utf8", shell: process.platform === "win32" });

/** Packs the project as `npm publish` does; builds it first when there is no build. */
export function packProject(): Packed {
  if (!existsSync(join(root, "dist/src/index.js"))) npm(["run", "--silent", "build"]);
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "packed-"));
  const output = npm(["pack", "--json", "--silent", "--ignore-scripts", "--pack-destination", folder]);
  const [{ filename, files, size, unpackedSize }] = JSON.parse(output);
  return {
    files: (files as { path: string }[]).map(({ path }) => path).sort(),
    size,
    unpackedSize,
    manifest: JSON.parse(readFileSync(join(root, "package.json"), "utf8")),
    tarball: join(folder, filename),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface Outcome {
  code: number | null;
  out: string;
  err: string;
}

/**
 * The compilers that users have, by version. The older one comes with `npm run install:openapi-types`; without that its tests
 * skip.
 */
export const compilers: { readonly "7": string; readonly "5.9": string } = {
  "7": join(root, "node_modules/typescript/bin/tsc"),
  "5.9": join(root, "test/packages/openapiTypes/node_modules/typescript/bin/tsc"),
};

/** A project elsewhere on the disk that has installed the package. */
export interface Consumer {
  readonly folder: string;
  write(path: string, text: string): void;
  /** Runs a file of the project in plain Node. */
  node(...args: string[]): Outcome;
  /** Type-checks the project with one of its tsconfig files. @param compiler one of {@link compilers} */
  tsc(config: string, compiler?: string): Outcome;
  remove(): void;
}

/**
 * Makes an empty project and installs the tarball, without network: what the package depends on is linked from our own
 * `node_modules`.
 *
 * @param packed the package
 * @param installed names of the packages that the project has besides
 */
export function makeConsumer(packed: Packed, installed: readonly string[]): Consumer {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "consumer-"));
  const modules = join(folder, "node_modules");
  const own = join(modules, packed.manifest.name);
  mkdirSync(own, { recursive: true });
  execFileSync("tar", ["-xzf", packed.tarball, "--strip-components=1", "-C", own]);
  for (const name of [...Object.keys(packed.manifest.dependencies), ...installed]) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, "node_modules", name), join(modules, name), "junction");
  }
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "consumer", private: true, type: "module" }),
  );
  const run = (args: readonly string[]): Outcome => {
    const env = { PATH: process.env.PATH, HOME: folder };
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: folder,
      encoding: "utf8",
      env,
    });
    return { code: status, out: stdout, err: stderr };
  };
  return {
    folder,
    write(path, text) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    },
    node: (...args) => run(args),
    tsc: (config, compiler = compilers["7"]) => run([compiler, "--project", config]),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * Lists what a package lets users import: its `exports`, with patterns written out over the packed files.
 *
 * @returns each subpath with the files that it needs; a target that has no file is listed all the same
 */
export function subpathsOf({ manifest, files }: Packed): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [key, target] of Object.entries(manifest.exports)) {
    const targets = typeof target === "string" ? [target] : Object.values(target);
    // A name for declarations, which nobody imports from.
    if (targets.every(path => path.endsWith(".d.ts"))) continue;
    if (!key.includes("*")) {
      found.set(key, targets);
      continue;
    }
    const [before, after] = (targets.at(-1) as string).slice(2).split("*") as [string, string];
    for (const file of files) {
      const star = file.slice(before.length, -after.length);
      if (file !== `${before}${star}${after}` || star.includes("/")) continue;
      found.set(
        key.replace("*", star),
        targets.map(path => path.replaceAll("*", star)),
      );
    }
  }
  return found;
}

/** Names of the source files that a pattern such as `./middlewares/*` should lead to. */
export const sourcesIn = (folder: string): string[] =>
  globSync(`${folder}/*.ts`, { cwd: root })
    .map(path => path.replaceAll("\\", "/").replace(/\.ts$/, ""))
    .sort();
