import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile, PluginBuild } from "esbuild";

/** Something that handlers carry only when they are asked for it. */
export type PartName =
  | "alb"
  | "arrays"
  | "auth"
  | "batching"
  | "bounds"
  | "bulk"
  | "include"
  | "jwks"
  | "parents"
  | "restore"
  | "sparse"
  | "stamps"
  | "unique";

interface Part {
  /** What stands in `imports` of the package, and who imports it. */
  readonly specifier: RegExp;
  readonly importer: RegExp;
  /** What takes its place, from the folder of the importer. */
  readonly stub: string;
  /** What code can't ask for it without. */
  readonly word: RegExp;
  /** Whether a package may ask for it that knows nothing of tsverless, when requests come: loading would not show it. */
  readonly anywhere: boolean;
}

const parts: Readonly<Record<PartName, Part>> = {
  alb: {
    specifier: /^#alb$/,
    importer: /[\\/]middlewares[\\/]authUser(\.[jt]s)$/,
    stub: "../src/auth/noAlb",
    word: /\balb\b/,
    anywhere: true,
  },
  arrays: {
    specifier: /^#arrays$/,
    importer: /[\\/]models[\\/]query[\\/]toQueryset(\.[jt]s)$/,
    stub: "noArrays",
    word: /queryset/i,
    anywhere: true,
  },
  auth: {
    specifier: /^#auth$/,
    importer: /[\\/]generics[\\/]parts[\\/]buildChain(\.[jt]s)$/,
    stub: "noAuth",
    word: /\bauth\b/,
    anywhere: false,
  },
  batching: {
    specifier: /^#batching$/,
    importer: /[\\/]events[\\/]batch[\\/]runner(\.[jt]s)$/,
    stub: "noBatching",
    word: /\b(concurrency|nonRetryable|onNonRetryable)\b/,
    anywhere: false,
  },
  bounds: {
    specifier: /^#bounds$/,
    importer: /[\\/]generics[\\/]parts[\\/]within(\.[jt]s)$/,
    stub: "../../src/models/query/noBounds",
    // Parents bound what is below them.
    word: /queryset|\bparent\b/i,
    anywhere: true,
  },
  jwks: {
    specifier: /^#jwks$/,
    importer: /[\\/]auth[\\/]tokens(\.[jt]s)$/,
    stub: "noJwks",
    word: /\bjwks\b/,
    anywhere: true,
  },
  stamps: {
    specifier: /^#stamps$/,
    importer: /[\\/]models[\\/]stamps[\\/]keepingOf(\.[jt]s)$/,
    stub: "noStamps",
    word: /\b(stamps|softDelete)\b/,
    anywhere: true,
  },
  unique: {
    specifier: /^#unique$/,
    importer: /[\\/]models[\\/]dynamo[\\/]uniqueOf(\.[jt]s)$/,
    stub: "noUnique",
    word: /\bunique\b/,
    anywhere: false,
  },
  parents: {
    specifier: /^#parents$/,
    importer: /[\\/]generics[\\/]parts[\\/]parent(\.[jt]s)$/,
    stub: "noParents",
    word: /\bparent\b/,
    anywhere: false,
  },
  include: {
    specifier: /^#include$/,
    importer: /[\\/]generics[\\/]parts[\\/]output(\.[jt]s)$/,
    stub: "noInclude",
    word: /\binclude\b/,
    anywhere: false,
  },
  sparse: {
    specifier: /^#sparse$/,
    importer: /[\\/]generics[\\/](?:list|retrieve)Handler(\.[jt]s)$/,
    stub: "parts/noSparse",
    word: /\bfields\b/,
    anywhere: false,
  },
  bulk: {
    specifier: /^#bulk$/,
    importer: /[\\/]api[\\/]resource(\.[jt]s)$/,
    stub: "noBulk",
    word: /\bbulk\b/,
    anywhere: false,
  },
  restore: {
    specifier: /^#restore$/,
    importer: /[\\/]api[\\/]resource(\.[jt]s)$/,
    stub: "noRestore",
    word: /\brestore\b/,
    anywhere: false,
  },
};

/** All of them. */
export const partNames: readonly PartName[] = Object.keys(parts) as PartName[];

/** Those that a bundle may have at all: the ones that a file of it imports. */
export const presentParts = (inputs: Metafile["inputs"]): PartName[] =>
  partNames.filter(name => Object.keys(inputs).some(path => parts[name].importer.test(`/${path}`)));

const isOurs = (specifier: string): boolean => /^tsverless(\/|$)/.test(specifier);

/** What plugins of this folder, and esbuild, put into a bundle. */
const isMade = (path: string): boolean => /^(?:tsverless(?:-[a-z-]+)?:|\(disabled\):|<runtime>$)/.test(path);

/** What a bundle is read from. */
export interface Sources {
  readonly inputs: Metafile["inputs"];
  /** The paths among them where it begins. */
  readonly entries: readonly string[];
  /** What the paths are told from. */
  readonly root: string;
  /** What is in those that are no files, as far as it is known. */
  readonly texts: Readonly<Record<string, string>>;
}

/**
 * Finds the parts of tsverless that a bundle may ask for: those whose name its code says, and those that code may name which a
 * plugin has made. What packages say counts where they use tsverless themselves; of another one, loading the bundle shows it.
 */
export function mentionedParts({ inputs, entries, root, texts }: Sources): PartName[] {
  const found = new Set<PartName>();
  const seen = new Set<string>();
  function visit(path: string): void {
    const input = inputs[path];
    if (input === undefined || seen.has(path)) return;
    seen.add(path);
    const file = join(root, path);
    const text = texts[path] ?? (existsSync(file) ? readFileSync(file, "utf8") : undefined);
    const { imports } = input;
    const isProject = text !== undefined && !/(^|\/)node_modules\//.test(path);
    const isUser = isProject || imports.some(({ original = "" }) => isOurs(original));
    for (const name of isMade(path) ? [] : partNames) {
      const { word, anywhere } = parts[name];
      if ((isUser || anywhere) && (text === undefined || word.test(text))) found.add(name);
    }
    for (const { path: next, original = next, external } of imports) {
      if (!external && !isOurs(original)) visit(next);
    }
  }
  for (const entry of entries) visit(entry);
  return partNames.filter(name => found.has(name));
}

/**
 * Leaves parts of tsverless out. Who asks for one nevertheless gets a TypeError that says so.
 *
 * @param find says which
 */
export function withoutParts(build: PluginBuild, find: () => Promise<readonly PartName[]>): void {
  for (const name of partNames) {
    const { specifier, importer: expected, stub } = parts[name];
    build.onResolve({ filter: specifier }, async ({ importer, resolveDir }) => {
      const [, extension] = expected.exec(importer) ?? [];
      return extension !== undefined && (await find()).includes(name)
        ? { path: join(resolveDir, `${stub}${extension}`), sideEffects: false }
        : undefined;
    });
  }
}
