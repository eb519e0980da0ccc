import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { trimEnd } from "../../../src/core/trimEnd.ts";
import { packageFolder } from "../entry/packageFolder.ts";
import { type Command, defineCommand, UsageError, UserError } from "../shell/command.ts";
import { writeText } from "../shell/shared.ts";

/** What the starter is called until it is copied. */
const placeholder = /my-api/g;

/** npm packs no `.gitignore`, so the starter's has no dot. */
const nameOfFile = (path: string): string => (path === "gitignore" ? ".gitignore" : path);

/** The paths of all that is in a part of a folder. `globSync` would warn on Node before 22.17. */
const filesBelow = (folder: string, part: string): string[] =>
  readdirSync(join(folder, part), { encoding: "utf8", recursive: true }).map(path => join(part, path));

/** The files of the starter: what a checkout of it has besides, such as packages, is not of it. */
function starterFiles(): Map<string, string> {
  const folder = join(packageFolder(import.meta.dirname) as string, "examples/starter");
  const paths = [...readdirSync(folder), ...filesBelow(folder, "src"), ...filesBelow(folder, "test")]
    .filter(path => statSync(join(folder, path)).isFile() && !/^\.|^package-lock\.json$/.test(basename(path)))
    .sort();
  return new Map(
    paths.map(path => [nameOfFile(path.replaceAll("\\", "/")), readFileSync(join(folder, path), "utf8")]),
  );
}

function checkEmpty(folder: string, given: string): void {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isDirectory()) throw new UserError(`${given} is a file`);
  if (readdirSync(folder).some(name => name !== ".git"))
    throw new UserError(`The folder ${given} is not empty`);
}

/** https://docs.npmjs.com/cli/configuring-npm/package-json#name */
function nameOf(folder: string, given: string | undefined): string {
  const name =
    given ??
    trimEnd(
      basename(folder)
        .toLowerCase()
        .replace(/[^a-z0-9._-]+/g, "-")
        .replace(/^[^a-z0-9]+/, ""),
      "-",
    );
  if (/^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/.test(name) && name.length <= 214) return name;
  const what = JSON.stringify(name);
  throw given === undefined
    ? new UsageError(`The folder's name makes no name of a package; say one with --name`)
    : new UsageError(
        `--name must be a name for a package of npm, small letters, digits and dashes, not ${what}`,
      );
}

/** `tsverless new <folder>` */
export const newProject: Command = defineCommand({
  name: "new",
  summary: "Makes a starter project: an API with sign-up, login and a resource, and its tests",
  args: [{ name: "folder", description: "Where: a new folder, or one that is empty", required: true }],
  options: {
    name: {
      type: "string",
      value: "name",
      description: "The name of the package; by default that of the folder",
    },
    json: { type: "boolean", description: "Says as JSON what was written" },
  },
  examples: [["tsverless new shop", "Makes the folder shop"]],
  async run({ args: [given = ""], options }, io) {
    const folder = resolve(io.cwd, given);
    const name = nameOf(folder, options.name);
    checkEmpty(folder, given);
    const files = starterFiles();
    for (const [path, text] of files) {
      const own = path.startsWith("src/") ? basename(name) : name;
      writeText(io.cwd, join(given, path), text.replace(placeholder, own));
    }
    if (options.json) {
      io.out.line(JSON.stringify({ folder, name, files: [...files.keys()] }, null, 2));
      return 0;
    }
    io.out.line(`${name} is in ${relative(io.cwd, folder) || "this folder"}. Next:\n`);
    const steps = [
      ...(folder === io.cwd ? [] : [`cd ${/^[\w./-]+$/.test(given) ? given : JSON.stringify(given)}`]),
      "npm install",
      "npm test",
      "npm run dev",
    ];
    for (const step of steps) io.out.line(`  ${step}`);
    return 0;
  },
});
