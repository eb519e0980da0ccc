import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";
import type { MigrationLine, Step } from "../../../src/models/sql/migrate/index.ts";
import { writeText } from "../shell/shared.ts";

const isMigration = (name: string): boolean =>
  /^\d.*\.(?:ts|mts|js|mjs)$/.test(name) && !name.endsWith(".d.ts");

/** The files of migrations in a folder, in the order of their names. */
export function migrationFiles(cwd: string, folder: string): string[] {
  const path = resolve(cwd, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter(isMigration)
    .sort()
    .map(name => join(path, name));
}

/** A text as code that a person reads: in the quotes that it has none of. */
function codeOf(text: string): string {
  if (!/["\\\n]/.test(text)) return `"${text}"`;
  return /[`\\]|\$\{/.test(text) ? JSON.stringify(text) : `\`${text}\``;
}

const lineOf = (line: MigrationLine): string =>
  typeof line === "string"
    ? `  ${codeOf(line)},`
    : `  { none: ${codeOf(line.none)}, says: ${codeOf(line.says)} },`;

function linesOf(step: Step, lines: readonly MigrationLine[]): string[] {
  return [`  // ${step.table}: ${step.does}`, ...lines.map(lineOf)];
}

/** A file of steps, to be read and edited. */
export function migrationText(steps: readonly Step[]): string {
  const risks = steps.flatMap(({ table, does, risks: minds }) => [
    `// ${table}: ${does}`,
    ...minds.map(risk => `//   ${risk}`),
  ]);
  return `// Read this, change it where you know better, and run it by "tsverless migrate up". Once it has run it stays as it is.
//
${risks.join("\n")}

/** Statements in their order; of { none, says }, what must not be found before the next one runs. */
export const up = [
${steps.flatMap(step => linesOf(step, step.up)).join("\n")}
];

/** What takes it back. */
export const down = [
${steps
  .toReversed()
  .flatMap(step => linesOf(step, step.down))
  .join("\n")}
];
`;
}

const heading = '// Made by "tsverless migrate write": all migrations of this folder, for migrateHandler.';

/** The module that has all migrations of a folder, which a function bundles. */
function indexText(files: readonly string[]): string {
  const names = files.map(file => basename(file));
  const imports = names.map((name, at) => `import * as m${at} from "./${name}";`);
  const entries = names.map((name, at) => `  "${name.slice(0, -extname(name).length)}": m${at},`);
  return `${[heading, ...imports].join("\n")}\n\nexport const migrations = {\n${entries.join("\n")}\n};\n`;
}

/** A name that comes behind those that are there: the moment in UTC, and what it is about. */
function newName(name: string, files: readonly string[]): string {
  const now = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const last = /^\d+/.exec(basename(files.at(-1) ?? ""))?.[0] ?? "";
  const moment = last.length === now.length && last >= now ? String(BigInt(last) + 1n) : now;
  return `${moment}_${name}`;
}

/**
 * Writes a file of migrations, and the index of its folder, unless somebody else's is there.
 *
 * @returns the path of the file, from the folder of the user
 */
export function writeMigration(
  cwd: string,
  { folder, name, extension }: { folder: string; name: string; extension: string },
  steps: readonly Step[],
): string {
  const path = join(folder, `${newName(name, migrationFiles(cwd, folder))}${extension}`);
  writeText(cwd, path, migrationText(steps));
  const index = join(folder, `index${extension}`);
  const at = resolve(cwd, index);
  if (!existsSync(at) || readFileSync(at, "utf8").startsWith(heading)) {
    writeText(cwd, index, indexText(migrationFiles(cwd, folder)));
  }
  return path;
}
