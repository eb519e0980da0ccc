import { join, relative, resolve } from "node:path";
import { functionFolder } from "../../deploy/plan.ts";
import { bundleFunction, type FunctionBundle } from "../build/bundleFunction.ts";
import { ajvStays, compileSchemas, type Validators } from "../build/compileSchemas.ts";
import { finish } from "../build/finish.ts";
import { type FunctionSources, functionOfAll, functionsOfEach } from "../build/functions.ts";
import { type Figures, measure } from "../build/measure.ts";
import { type ProjectModules, projectModules } from "../build/modules.ts";
import { sqliteNotes } from "../build/sqliteNotes.ts";
import { type Entry, findEntry } from "../entry/findEntry.ts";
import { type Command, defineCommand, UsageError } from "../shell/command.ts";
import type { Io } from "../shell/io.ts";
import { uniqueNames } from "../shell/names.ts";
import { withProgress } from "../shell/progress.ts";
import { writeTable } from "../shell/table.ts";
import type { MadeSchemas } from "../worker/madeSchemas.ts";
import type { RouteInfo } from "../worker/messages.ts";
import type { Origins } from "../worker/origins.ts";
import { withWorker } from "../worker/withWorker.ts";

const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

const notWrapped =
  "The middlewares around the exported handler are in none of these functions. Put them into the option around of each handler.";

const noSchemas: MadeSchemas = { keys: [], odd: 0 };

/** What is to be bundled, the validators of its schemas, and what each function reads of packages when it runs. */
interface Wanted extends FunctionSources {
  readonly validators: Validators;
  filesOf(name: string): RouteInfo["files"];
}

async function sourcesOf(
  io: Io,
  entry: Entry,
  modules: ProjectModules,
  { each, compile }: { each: boolean; compile: boolean },
): Promise<Wanted> {
  const shown = (path: string): string => relative(io.cwd, path);
  return withWorker(
    io,
    entry,
    async ({ listing, call }) => {
      const origins = JSON.parse(await call({ type: "origins" })) as Origins;
      const filesOf = (name: string): RouteInfo["files"] =>
        Object.assign({}, ...listing.routes.filter(one => !each || one.name === name).map(one => one.files));
      const made = compile ? (JSON.parse(await call({ type: "schemas" })) as MadeSchemas) : noSchemas;
      const { validators, hindrance } = compileSchemas(made, modules, shown);
      const more = [...sqliteNotes(listing.sqliteFiles), ...(hindrance ? [ajvStays(hindrance)] : [])];
      if (!each) {
        const { functions, notes } = functionOfAll(listing, origins, modules, shown);
        return { functions, notes: [...notes, ...more], validators, filesOf };
      }
      uniqueNames(listing.routes);
      const { functions, notes } = functionsOfEach(listing, origins, modules, shown);
      const all = [...notes, ...(listing.isWrapped ? [notWrapped] : []), ...more];
      return { functions, notes: all, validators, filesOf };
    },
    { modules: each ? modules.paths : [modules.entry] },
  );
}

function externalOf(names: readonly string[]): readonly string[] {
  const odd = names.find(name => /\s/.test(name));
  if (odd === undefined) return names;
  throw new UsageError(`--external must be names with commas between, not ${JSON.stringify(odd)}`);
}

function writeParts(io: Io, figures: readonly Figures[]): void {
  for (const { name, size, parts } of figures) {
    io.out.line();
    const rows = parts.slice(0, 10).map(part => {
      const share = `${((part.bytes / size) * 100).toFixed(1)} %`;
      return [part.name, kB(part.bytes), share];
    });
    writeTable(io.out, [name, "SIZE", "SHARE"], rows);
  }
}

/** `tsverless build [entry]` */
export const build: Command = defineCommand({
  name: "build",
  summary: "Bundles an API for Lambda: one function for all routes, or one for each handler",
  details: [
    "Each function becomes <out>/<name>/index.mjs with the export `handler`, ready to be zipped: `index.handler`.",
    "With --each a function is made of the module that exports its handler (`signUp` of users.ts) and does not carry",
    "the others. What a function loads late (jose, for tokens) is in <out>/<name>/chunks.",
    "All packages are bundled, the AWS SDK too, so that what runs is what was tested; --external leaves one out.",
    "JSON Schemas (jsonSchema) are compiled now, so that Ajv is not in the bundle, and each function has its own alone.",
    "Each is loaded once, in a process of its own: what can't be loaded on Lambda fails here. With docs, the files of",
    "swagger-ui-dist come along.",
  ].join("\n"),
  args: [{ name: "entry", description: "The file or folder of the API; the current folder if not given" }],
  options: {
    out: { type: "string", short: "o", value: "folder", description: "Where it is written", default: "dist" },
    one: { type: "boolean", description: "One function for all routes, which is called api (the default)" },
    each: { type: "boolean", description: "One function for each handler" },
    minify: { type: "boolean", description: "Makes it smaller" },
    sourcemap: {
      type: "boolean",
      description: "Writes source maps; NODE_OPTIONS=--enable-source-maps makes Lambda use them",
    },
    "no-splitting": { type: "boolean", description: "One file for each function, with what is loaded late" },
    "no-compile": { type: "boolean", description: "Leaves Ajv in, and JSON Schemas to be compiled at start" },
    external: {
      type: "string",
      list: true,
      value: "names",
      description: 'Packages that are left out: "@aws-sdk/*" is in Lambda\'s runtime',
    },
    analyze: { type: "boolean", description: "Shows the largest parts of each function" },
    json: { type: "boolean", description: "Sizes, parts and files as JSON" },
  },
  examples: [
    ["tsverless build src/api.ts --minify", "dist/api/index.mjs"],
    [
      "tsverless build src/api.ts --each --analyze",
      "dist/usersCreate/index.mjs, dist/usersList/index.mjs, …",
    ],
  ],
  async run({ args: [given], options }, io) {
    if (options.one && options.each) throw new UsageError("--one and --each exclude each other");
    const entry = findEntry(io.cwd, given);
    const modules = await projectModules(entry);
    const wanted = await sourcesOf(io, entry, modules, {
      each: options.each,
      compile: !options["no-compile"],
    });
    const { functions } = wanted;
    const common = {
      root: entry.root,
      minify: options.minify,
      sourcemap: options.sourcemap,
      splitting: !options["no-splitting"],
      external: externalOf(options.external),
      validators: wanted.validators,
    };
    const made = await withProgress(io, `Bundling ${functions.length} functions`, () =>
      Promise.all(
        functions.map(source =>
          bundleFunction(source, functionFolder(resolve(io.cwd, options.out), source.name), common),
        ),
      ),
    );
    const finished = await withProgress(io, `Loading ${functions.length} functions`, () =>
      finish(made, entry, common, wanted.filesOf, io.cwd),
    );
    const { bundles } = finished;
    const notes = [...wanted.notes, ...finished.notes];
    for (const text of new Set(bundles.flatMap(({ warnings }) => warnings))) io.err.line(text);
    const figures = bundles.map(bundle => measure(bundle, io.cwd));
    const fromOf = ({ source: { origin } }: FunctionBundle): string =>
      `${relative(io.cwd, origin.module)} ${origin.path.join(".")}`;
    if (options.json) {
      const list = figures.map((one, index) => ({ ...one, from: fromOf(bundles[index] as FunctionBundle) }));
      io.out.line(JSON.stringify({ functions: list, notes }, null, 2));
      return 0;
    }
    const rows = figures.map(({ name, size, gzip, start }, index) => [
      join(options.out, name, "index.mjs"),
      kB(size),
      kB(gzip),
      kB(start),
      fromOf(bundles[index] as FunctionBundle),
    ]);
    writeTable(io.out, ["FUNCTION", "SIZE", "GZIP", "AT START", "FROM"], rows);
    if (options.analyze) writeParts(io, figures);
    for (const note of notes) io.err.line(`${io.err.style("yellow", "note:")} ${note}`);
    return 0;
  },
});
