/** Handlers as they would be deployed, and as they are without a bundler. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { Ajv2020 } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { schemas } from "./contenders/precompiled.ts";
import { type Entry, entries, ourSource, sourceOf, type Wanted } from "./contenders/table.ts";
import { app, bench, dist, plain, prepareFolders, root } from "./folders.ts";

/** How a handler is made ready. */
export type Form = "bundled" | "bundled, --no-compile" | "plain";

/** A bundle of one handler. */
export interface Bundle {
  /** Where its entry is. */
  readonly path: string;
  /** Bytes that are read at start, minified, and the same in gzip. */
  readonly size: number;
  readonly gzip: number;
  /** Bytes of the chunks that are loaded later, if at all, in gzip. */
  readonly later: number;
  /** The files that what is read at start is made of, those of packages as `ajv/dist/core.js`, and the modules of Node that it imports. */
  readonly files: readonly string[];
}

/** Puts the code of generated validators in the place of the module that compiles them. */
const precompiled: Plugin = {
  name: "precompiled",
  setup({ onLoad }) {
    onLoad({ filter: /contenders\/precompiled\.ts$/ }, ({ path }) => {
      const ajv = new Ajv2020({ allErrors: true, code: { source: true, esm: true } });
      const names = Object.entries(schemas).map(([name, schema]) => {
        ajv.addSchema(schema, name);
        return [name, name];
      });
      const contents = standalone.default(ajv, Object.fromEntries(names));
      return { contents, loader: "js", resolveDir: dirname(path) };
    });
  },
};

const requireBanner =
  'import { createRequire as $require } from "node:module"; const require = $require(import.meta.url);';

const textOf = (path: string): string =>
  readFileSync(path, "utf8").replace(/\n\/\/# sourceMappingURL=.*\n?$/, "");

const nameOf = ({ kind, guarded, etag }: Wanted): string =>
  [kind, guarded && "jwt", etag && "etag"].filter(Boolean).join("-");

/** By the command line, as users do. */
function buildOurs(source: string, folder: string, form: Form): string {
  const path = join(app, folder, "handler.ts");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, source);
  const out = join(dist, "tsverless", folder, form.replaceAll(/\W+/g, "-"));
  const options = ["--each", "--minify", "--sourcemap", ...(form === "bundled" ? [] : ["--no-compile"])];
  const command = [join(root, "dist/tools/cli/main.js"), "build", path, ...options, "--out", out, "--json"];
  execFileSync(process.execPath, command, { cwd: app, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  return join(out, "handler/index.mjs");
}

/** By esbuild, with the options of the manual. */
async function bundled(source: string, out: string, isPlain: boolean, resolveDir: string): Promise<string> {
  const options: BuildOptions = {
    stdin: { contents: source, resolveDir, sourcefile: "handler.ts", loader: "ts" },
    absWorkingDir: bench,
    outdir: out,
    entryNames: "index",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    ...(isPlain
      ? { packages: "external" }
      : { splitting: true, minify: true, sourcemap: true, plugins: [precompiled] }),
    // Clients of AWS that are loaded late, if at all, are in the runtime.
    external: ["@aws-sdk/*"],
    platform: "node",
    format: "esm",
    target: "node22",
    define: { __dirname: "import.meta.dirname", __filename: "import.meta.filename" },
    logLevel: "error",
  };
  await build(options);
  const path = join(out, "index.mjs");
  // What CommonJS packages require of Node has no `require` in an ES module.
  if (textOf(path).includes("Dynamic require of")) await build({ ...options, banner: { js: requireBanner } });
  return path;
}

const imported = /(?:\bfrom|\bimport)\s*"([^"]+)"/g;
const packages = "node_modules/";

/** The path of a file, from its package on. */
const fileOf = (path: string): string => path.slice(path.lastIndexOf(packages) + packages.length);

/** The entry, and all that it imports at once or later. */
function filesOf(entry: string): { start: Set<string>; all: Set<string>; builtins: Set<string> } {
  const start = new Set([entry]);
  const builtins = new Set<string>();
  for (const path of start) {
    for (const [, to = ""] of textOf(path).matchAll(imported)) {
      if (to.startsWith(".")) start.add(resolve(dirname(path), to));
      else builtins.add(to);
    }
  }
  const all = new Set(start);
  for (const path of all) {
    for (const [, to = ""] of textOf(path).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"/g)) {
      all.add(resolve(dirname(path), to));
    }
  }
  return { start, all, builtins };
}

function measured(path: string): Bundle {
  const { start, all, builtins } = filesOf(path);
  const gzip = (file: string): number => gzipSync(textOf(file)).length;
  const sum = (files: Iterable<string>, of: (file: string) => number): number =>
    [...files].reduce((total, file) => total + of(file), 0);
  const sources = [...start].flatMap(file => {
    const map = JSON.parse(readFileSync(`${file}.map`, "utf8")) as { sources: string[] };
    return map.sources.map(path => (path.includes(packages) ? fileOf(path) : path));
  });
  return {
    path,
    size: sum(start, file => Buffer.byteLength(textOf(file))),
    gzip: sum(start, gzip),
    later: sum(
      [...all].filter(file => !start.has(file)),
      gzip,
    ),
    files: [...new Set([...sources, ...builtins])].sort(),
  };
}

const textFor = (name: string, wanted: Wanted): string =>
  name === "tsverless" ? ourSource(wanted) : sourceOf(entries[name] as Entry, wanted);

const made = new Map<string, Bundle>();

/**
 * Bundles one handler of a contender for Lambda: minified ES modules, and chunks for what it imports later.
 *
 * @param name of {@link entries}
 * @returns where it is, and what it weighs
 */
export async function bundle(name: string, wanted: Wanted, form: Form = "bundled"): Promise<Bundle> {
  const key = [name, nameOf(wanted), form].join("/");
  const known = made.get(key);
  if (known !== undefined) return known;
  prepareFolders();
  const source = textFor(name, wanted);
  const path =
    name === "tsverless"
      ? buildOurs(source, nameOf(wanted), form)
      : await bundled(source, join(dist, name, nameOf(wanted)), false, dist);
  const bundle = measured(path);
  made.set(key, bundle);
  return bundle;
}

/**
 * Writes a handler that is not bundled: its packages are read from where npm puts them.
 *
 * @returns where it is
 */
export function unbundled(name: string, wanted: Wanted): Promise<string> {
  prepareFolders();
  const source = textFor(name, wanted);
  const folder = `${name}-${nameOf(wanted)}`;
  if (name !== "tsverless") return bundled(source, join(plain, folder), true, dist);
  return bundled(source, join(app, "plain", folder), true, join(app, "handlers"));
}

/** A handler that does nothing. */
export function emptyHandler(): string {
  prepareFolders();
  const path = join(dist, "empty.mjs");
  writeFileSync(path, "export const handler = async () => ({});\n");
  return path;
}
