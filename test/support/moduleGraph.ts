import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { parseAst } from "vitest/node";

/** One import of a module, whatever its form. */
export interface Import {
  /** As written: `./x.ts`, `node:fs`, `ajv/dist/2020.js`. */
  specifier: string;
  /** The file for a relative import and for a name of the package's own (`#compile`), else the specifier. */
  target: string;
  /** A type import leaves no trace in the JavaScript. */
  kind: "type" | "value";
  /** False for what runs later: `import()`, `getBuiltinModule()`, `require()`. */
  static: boolean;
}

export interface Module {
  path: string;
  imports: Import[];
  /** Names of exported values. */
  exports: string[];
  /** Lines that are neither blank nor comment. */
  lines: number;
}

export type Graph = ReadonlyMap<string, Module>;

/** A node of a syntax tree. */
export type Node = { type: string; [field: string]: unknown };

/** Distinguishes nodes from all else that a node holds. */
export const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string";

/** A node and all within it. */
export function* walk(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const item of [value].flat()) if (isNode(item)) yield* walk(item);
  }
}

const textOf = (node: unknown): string | undefined =>
  isNode(node) && typeof node.value === "string" ? node.value : undefined;

const nameOf = (node: unknown): string | undefined => (isNode(node) ? (node.name as string) : undefined);

/** The module that a call such as `process.getBuiltinModule("node:fs")` or `createRequire(url)("yaml")` loads. */
function loaded({ callee, arguments: given }: Node): string | undefined {
  if (!isNode(callee)) return undefined;
  const names = [...walk(callee)].map(nameOf);
  const loads = names.some(
    name => name === "getBuiltinModule" || name === "require" || name === "createRequire",
  );
  return loads ? textOf((given as unknown[])[0]) : undefined;
}

const { imports: inner } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { imports: Record<string, { default: string }> };

/** The source that a name of the package's own (`#compile`) stands for, where no condition says otherwise. */
const sourceOfName = (name: string): string | undefined =>
  inner[name]?.default.replace(/^\.\/dist\//, "").replace(/\.js$/, ".ts");

type Found = Pick<Import, "specifier" | "kind" | "static">;

function importOf(node: Node): Found | undefined {
  const specifier = textOf(node.source) ?? (node.type === "CallExpression" ? loaded(node) : undefined);
  if (specifier === undefined) return undefined;
  const isType = node.type === "TSImportType" || node.importKind === "type" || node.exportKind === "type";
  const isLate = node.type === "CallExpression" || node.type === "ImportExpression";
  return { specifier, kind: isType ? "type" : "value", static: !isLate };
}

function exportsOf({ type, exportKind, declaration, specifiers }: Node): (string | undefined)[] {
  if (type !== "ExportNamedDeclaration" || exportKind === "type") return [];
  const listed = (specifiers as Node[])
    .filter(specifier => specifier.exportKind !== "type")
    .map(specifier => nameOf(specifier.exported));
  if (!isNode(declaration)) return listed;
  const declared = (declaration.declarations as Node[] | undefined) ?? [declaration];
  return declared.map(item => nameOf(item.id));
}

const isCode = (line: string): boolean => line.trim() !== "" && !/^\s*(\/\/|\/\*\*|\*( |\/|$))/.test(line);

/**
 * Reads what a module imports and exports. Imports within types and calls that load modules count as well.
 *
 * @param path where the module is, with slashes, from the project's root
 * @param source its TypeScript
 */
export function readModule(path: string, source: string): Module {
  const nodes = [...walk(parseAst(source, { lang: "ts" }, path) as unknown as Node)];
  const imports = nodes
    .map(importOf)
    .filter(found => found !== undefined)
    .map(found => ({
      ...found,
      target: found.specifier.startsWith(".")
        ? posix.join(posix.dirname(path), found.specifier)
        : (sourceOfName(found.specifier) ?? found.specifier),
    }));
  const exports = nodes.flatMap(exportsOf).filter(name => name !== undefined);
  return { path, imports, exports, lines: source.split("\n").filter(isCode).length };
}

/**
 * Finds a way through the imports that leads back to where it began.
 *
 * @param graph modules by path
 * @param counts which imports are followed
 * @returns the paths of one cycle, the first one again at its end; `undefined` when there is none
 */
export function findCycle(graph: Graph, counts: (found: Import) => boolean): string[] | undefined {
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): string[] | undefined => {
    const start = trail.indexOf(path);
    if (start >= 0) return [...trail.slice(start), path];
    if (done.has(path)) return undefined;
    for (const found of graph.get(path)?.imports ?? []) {
      if (!counts(found) || !graph.has(found.target)) continue;
      const cycle = visit(found.target, [...trail, path]);
      if (cycle !== undefined) return cycle;
    }
    done.add(path);
    return undefined;
  };
  for (const path of graph.keys()) {
    const cycle = visit(path, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/** All that is loaded with a module: the targets of its static value imports, and of theirs. */
export function loadedWith(graph: Graph, path: string): Set<string> {
  const seen = new Set<string>();
  const visit = (from: string): void => {
    for (const found of graph.get(from)?.imports ?? []) {
      if (found.kind === "type" || !found.static || seen.has(found.target)) continue;
      seen.add(found.target);
      visit(found.target);
    }
  };
  visit(path);
  return seen;
}

/** The package of a bare specifier: `@middy/core` of `@middy/core/x`, `jose` of `jose/jwt/sign`. */
export function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

/** All folders above a path, from the top. */
export function parentsOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** What lies directly in a folder and holds the path: a file, or a folder; nothing where the path is elsewhere. */
export function childOf(folder: string, path: string): string | undefined {
  const inside =
    folder === "" ? path : path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
  return inside?.split("/", 1)[0];
}

/**
 * Finds folders that need each other. In each folder, what lies directly in it, files and folders alike, forms a graph of
 * its own, by all imports between them, those of types too.
 *
 * @param graph modules by path
 * @returns the paths of one cycle, the first one again at its end; `undefined` when there is none
 */
export function findFolderCycle(graph: Graph): string[] | undefined {
  const folders = new Set(["", ...[...graph.keys()].flatMap(parentsOf)]);
  for (const folder of folders) {
    const children = new Map<string, Module>();
    for (const { path, imports } of graph.values()) {
      const from = childOf(folder, path);
      if (from === undefined) continue;
      const own = children.get(from) ?? { path: from, imports: [], exports: [], lines: 0 };
      children.set(from, own);
      for (const found of imports) {
        const target = childOf(folder, found.target);
        if (target !== undefined && target !== from) own.imports.push({ ...found, target });
      }
    }
    const cycle = findCycle(children, () => true);
    if (cycle !== undefined) return cycle.map(child => (folder === "" ? child : `${folder}/${child}`));
  }
  return undefined;
}
