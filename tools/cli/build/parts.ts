import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile, Plugin } from "esbuild";

/** Something that handlers carry only when they are asked for it. */
export type PartName = "auth" | "arrays" | "stamps" | "parents" | "sparse";

interface Part {
  /** What stands in `imports` of the package, and who imports it. */
  readonly specifier: RegExp;
  readonly importer: RegExp;
  /** What takes its place, beside the importer. */
  readonly stub: string;
  /** What code can't ask for it without. */
  readonly word: RegExp;
  /** Whether a package may ask for it that knows nothing of tsverless, when requests come: loading would not show it. */
  readonly anywhere: boolean;
}

const parts: Readonly<Record<PartName, Part>> = {
  auth: {
    specifier: /^#auth$/,
    importer: /[\\/]generics[\\/]parts[\\/]buildChain(\.[jt]s)$/,
    stub: "noAuth",
    word: /\bauth\b/,
    anywhere: false,
  },
  arrays: {
    specifier: /^#arrays$/,
    importer: /[\\/]models[\\/]query[\\/]asQueryset(\.[jt]s)$/,
    stub: "noArrays",
    word: /queryset/i,
    anywhere: true,
  },
  stamps: {
    specifier: /^#stamps$/,
    importer: /[\\/]models[\\/]stamps[\\/]keepingOf(\.[jt]s)$/,
    stub: "noStamps",
    word: /\b(stamps|softDelete)\b/,
    anywhere: true,
  },
  parents: {
    specifier: /^#parents$/,
    importer: /[\\/]generics[\\/]parts[\\/]parent(\.[jt]s)$/,
    stub: "noParents",
    word: /\bparent\b/,
    anywhere: false,
  },
  sparse: {
    specifier: /^#sparse$/,
    importer: /[\\/]generics[\\/](?:list|retrieve)Handler(\.[jt]s)$/,
    stub: "parts/noSparse",
    word: /\bfields\b/,
    anywhere: false,
  },
};

/** All of them. */
export const partNames: readonly PartName[] = Object.keys(parts) as PartName[];

const isOurs = (specifier: string): boolean => /^tsverless(\/|$)/.test(specifier);

/**
 * Finds the parts of tsverless that a function may ask for: those whose name its code says. What packages say counts where they
 * use tsverless themselves; of another one, loading the bundle shows it.
 *
 * @param root what the paths of `inputs` are told from
 * @param entry the path among them where the function begins
 */
export function mentionedParts(inputs: Metafile["inputs"], root: string, entry: string): PartName[] {
  const found = new Set<PartName>();
  const seen = new Set<string>();
  function visit(path: string): void {
    const input = inputs[path];
    if (input === undefined || seen.has(path)) return;
    seen.add(path);
    const file = join(root, path);
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    const { imports } = input;
    const isUser =
      !/(^|\/)node_modules\//.test(path) || imports.some(({ original = "" }) => isOurs(original));
    for (const name of partNames) {
      const { word, anywhere } = parts[name];
      if ((isUser || anywhere) && word.test(text)) found.add(name);
    }
    for (const { path: next, original = next, external } of imports) {
      if (!external && !isOurs(original)) visit(next);
    }
  }
  visit(entry);
  return partNames.filter(name => found.has(name));
}

/** Leaves parts of tsverless out. Who asks for one nevertheless gets a TypeError that says so. */
export function withoutParts(names: readonly PartName[]): Plugin {
  return {
    name: "tsverless-without-parts",
    setup(build) {
      for (const { specifier, importer: expected, stub } of names.map(name => parts[name])) {
        build.onResolve({ filter: specifier }, ({ importer, resolveDir }) => {
          const [, extension] = expected.exec(importer) ?? [];
          return extension === undefined
            ? undefined
            : { path: join(resolveDir, `${stub}${extension}`), sideEffects: false };
        });
      }
    },
  };
}
