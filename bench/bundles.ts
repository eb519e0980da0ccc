import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";

/** A bundle of one handler, as it would be deployed. */
export interface Bundle {
  /** Where its entry lies. */
  readonly path: string;
  /** Bytes that are loaded at start, minified, and the same in gzip. */
  readonly size: number;
  readonly gzip: number;
  /** Bytes of the chunks that are loaded later, if at all, in gzip. */
  readonly later: number;
}

type Outputs = Metafile["outputs"];

/** What must never be loaded at start, by a part of its path. */
const unwanted = [
  "/ajv/",
  "/ajv-formats/",
  "/jose/",
  "node:http",
  "node:https",
  "node:http2",
  "http",
  "https",
];

/** The chunks that a bundle cannot start without. */
function loadedAtStart(outputs: Outputs, entry: string): Set<string> {
  const found = new Set([entry]);
  for (const path of found) {
    for (const { path: imported, kind } of outputs[path]?.imports ?? []) {
      if (kind === "import-statement" && imported in outputs) found.add(imported);
    }
  }
  return found;
}

function checkContents(name: string, outputs: Outputs, chunks: ReadonlySet<string>): void {
  for (const path of chunks) {
    const { inputs = {}, imports = [] } = outputs[path] ?? {};
    const files = Object.keys(inputs).filter(file => (inputs[file]?.bytesInOutput ?? 0) > 0);
    const held = [...files.map(file => `/${file}`), ...imports.map(({ path: imported }) => imported)];
    const found = held.find(one =>
      unwanted.some(part => (part.startsWith("/") ? one.includes(part) : one === part)),
    );
    if (found !== undefined) throw new Error(`the bundle "${name}" must not hold ${found}`);
    const source = files.find(file => /^(?:src|middlewares|generics)\//.test(file));
    if (source !== undefined)
      throw new Error(`the bundle "${name}" must be of the built package, not ${source}`);
  }
}

/**
 * Bundles a module for Lambda: one minified file of ES modules, and chunks for what it imports later.
 *
 * @param name names the bundle, and the folder it is written to
 * @param source the entry's source; it imports from this folder
 * @param options the folder for all bundles, and whether the bundle is checked for what it must not hold
 * @throws Error when it holds such a thing
 */
export async function bundle(
  name: string,
  source: string,
  { folder, checked }: { folder: string; checked: boolean },
): Promise<Bundle> {
  const outdir = `${folder}/${name}`;
  const root = fileURLToPath(new URL("..", import.meta.url));
  const { metafile } = await build({
    stdin: { contents: source, resolveDir: fileURLToPath(new URL(".", import.meta.url)), loader: "ts" },
    absWorkingDir: root,
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node22",
    // Without the project's own paths the package is found as its users find it.
    tsconfigRaw: {},
    metafile: true,
  });
  const entry = Object.keys(metafile.outputs).find(path => path.endsWith("stdin.mjs")) as string;
  const chunks = loadedAtStart(metafile.outputs, entry);
  if (checked) checkContents(name, metafile.outputs, chunks);

  const sizes = Object.keys(metafile.outputs).map(path => {
    const contents = readFileSync(resolve(root, path));
    return { atStart: chunks.has(path), size: contents.length, gzip: gzipSync(contents).length };
  });
  const sum = (atStart: boolean, of: "size" | "gzip"): number =>
    sizes.filter(one => one.atStart === atStart).reduce((total, one) => total + one[of], 0);
  return {
    path: resolve(root, entry),
    size: sum(true, "size"),
    gzip: sum(true, "gzip"),
    later: sum(false, "gzip"),
  };
}
