import { relative } from "node:path";
import { gzipSync } from "node:zlib";
import type { Metafile } from "esbuild";
import type { FunctionBundle } from "./bundleFunction.ts";

/** Something that a bundle is made of: a package, or a file of the project. */
export interface BundlePart {
  readonly name: string;
  readonly bytes: number;
}

/** The figures of one function, in bytes. Source maps do not count. */
export interface Figures {
  readonly name: string;
  readonly size: number;
  readonly gzip: number;
  /** What is read at start; the rest is loaded when it is needed. */
  readonly start: number;
  /** Largest first. */
  readonly parts: readonly BundlePart[];
  /** All files that were written. */
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** The entry and all chunks that it imports, but for those of `import()`. */
function startBytes({ outputs }: Metafile): number {
  const seen = new Set<string>();
  const visit = (path: string): number => {
    const output = outputs[path];
    if (output === undefined || seen.has(path)) return 0;
    seen.add(path);
    const imports = output.imports.filter(({ kind }) => kind === "import-statement");
    return imports.reduce((sum, { path: next }) => sum + visit(next), output.bytes);
  };
  return visit(Object.keys(outputs).find(path => /(^|\/)index\.mjs$/.test(path)) as string);
}

const packages = "node_modules/";

/** `jose` for all files of the package jose, the path for files of the project. */
function partOf(path: string): string {
  const start = path.lastIndexOf(packages);
  return start < 0 ? path : (/^(?:@[^/]+\/)?[^/]+/.exec(path.slice(start + packages.length))?.[0] ?? path);
}

function partsOf({ outputs }: Metafile): BundlePart[] {
  const parts = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs),
  )) {
    if (bytesInOutput > 0) parts.set(partOf(path), (parts.get(partOf(path)) ?? 0) + bytesInOutput);
  }
  return [...parts].map(([name, bytes]) => ({ name, bytes })).sort((a, b) => b.bytes - a.bytes);
}

/**
 * Measures a bundle.
 *
 * @param cwd what paths are relative to
 */
export function measure({ source, files, metafile }: FunctionBundle, cwd: string): Figures {
  const code = files.filter(({ path }) => path.endsWith(".mjs"));
  return {
    name: source.name,
    size: code.reduce((sum, { contents }) => sum + contents.length, 0),
    gzip: code.reduce((sum, { contents }) => sum + gzipSync(contents).length, 0),
    start: startBytes(metafile),
    parts: partsOf(metafile),
    files: files.map(({ path, contents }) => ({
      path: relative(cwd, path).replaceAll("\\", "/"),
      size: contents.length,
    })),
  };
}
