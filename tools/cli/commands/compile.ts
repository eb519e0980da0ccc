import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { standaloneModule } from "../../../src/schema/standaloneCode.ts";
import { compileSchemas, lateHindrance, type Validators } from "../build/compileSchemas.ts";
import { projectModules } from "../build/modules.ts";
import { type Entry, findEntry, shownPath } from "../entry/findEntry.ts";
import { type Command, defineCommand, UsageError, UserError } from "../shell/command.ts";
import type { Io } from "../shell/io.ts";
import { entryArgument, writeText } from "../shell/shared.ts";
import { LoadError } from "../worker/loadError.ts";
import type { MadeSchemas } from "../worker/madeSchemas.ts";
import { withWorker } from "../worker/withWorker.ts";

const warning = "// Written by `tsverless compile`, which takes the place of what is here.\n";

/** Loads the project, and compiles the schemas that it makes. */
async function validatorsOf(io: Io, entry: Entry): Promise<Validators> {
  const modules = await projectModules(entry);
  const text = await withWorker(io, entry, ({ call }) => call({ type: "schemas" }), { schemasOnly: true });
  const made = JSON.parse(text) as MadeSchemas;
  const shown = (path: string): string => shownPath(io.cwd, path);
  const { validators, hindrance = lateHindrance(modules.late, shown) } = compileSchemas(made, modules, shown);
  if (hindrance === undefined) return validators;
  throw new UserError(`The schemas of ${shown(entry.file)} can't be compiled ahead: ${hindrance}`);
}

/** Loads the project again as it is going to be: without Ajv, and with the validators that were written. */
async function loadAgain(io: Io, entry: Entry, out: string, file: string): Promise<void> {
  const execArgv = ["--conditions=tsverless-compiled", "--import", pathToFileURL(file).href];
  try {
    await withWorker(io, entry, async () => undefined, { schemasOnly: true, execArgv });
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    throw new UserError(`${out} was written, but with it ${error.message}`);
  }
}

/** `tsverless compile [entry]` */
export const compile: Command = defineCommand({
  name: "compile",
  summary: "Compiles the JSON Schemas of an API ahead, into a module that takes the place of Ajv",
  details: [
    "For whom `tsverless build` does not bundle. The module is loaded before all else, and the condition",
    "tsverless-compiled says that jsonSchema is to ask it and not Ajv: by `node --import` and `--conditions`, or by",
    "esbuild's `--inject` and `--conditions`. A schema that it does not have is a TypeError that names it.",
    "The project is loaded once to see its schemas, and once more with the module: what can't be loaded fails here.",
  ].join("\n"),
  args: [entryArgument],
  options: {
    out: {
      type: "string",
      short: "o",
      value: "file",
      description: "The module, a .mjs or .js file",
      default: "validators.mjs",
    },
    json: { type: "boolean", description: "The file, the number of schemas and of bytes as JSON" },
  },
  examples: [
    ["tsverless compile src/api.ts -o validators.mjs", "Writes validators.mjs"],
    [
      "node --conditions=tsverless-compiled --import ./validators.mjs src/api.ts",
      "Runs without Ajv, and so does a bundle of esbuild with --inject:./validators.mjs",
    ],
  ],
  async run({ args: [given], options: { out, json } }, io) {
    if (![".mjs", ".js"].includes(extname(out))) {
      throw new UsageError(`--out must be a .mjs or .js file, not ${JSON.stringify(out)}`);
    }
    const entry = findEntry(io.cwd, given);
    const file = resolve(io.cwd, out);
    if (file === resolve(entry.file))
      throw new UsageError(`--out ${JSON.stringify(out)} is the entry itself`);
    const validators = await validatorsOf(io, entry);
    const text = warning + standaloneModule(validators, "tsverless/schema/compiledAhead");
    writeText(io.cwd, out, text);
    await loadAgain(io, entry, out, file);
    const bytes = Buffer.byteLength(text);
    const schemas = validators.size;
    const from = shownPath(io.cwd, entry.file);
    if (json) io.out.line(JSON.stringify({ file: out, schemas, bytes }, null, 2));
    else {
      const count = `${schemas} schema${schemas === 1 ? "" : "s"}`;
      io.out.line(`${out}: ${count} of ${from}, ${(bytes / 1000).toFixed(1)} kB`);
    }
    return 0;
  },
});
