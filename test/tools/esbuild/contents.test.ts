import { symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FunctionBundle } from "../../../tools/cli/build/bundleFunction.ts";
import { measure } from "../../../tools/cli/build/measure.ts";
import { partNames } from "../../../tools/cli/build/parts.ts";
import { type TsverlessPluginOptions, tsverless } from "../../../tools/esbuild/index.ts";
import { makeProject, ownTsverless, type Project } from "../../support/cli.ts";
import { eventOf, received } from "../../support/events.ts";
import { runBuilt } from "../../support/runBuilt.ts";

const projects: Project[] = [];
afterAll(() => {
  for (const made of projects) made.remove();
});

/** A project that has the AWS SDK too. */
function projectOf(files: Readonly<Record<string, string>>): Project {
  const made = makeProject({ "src/models.ts": models, ...files });
  for (const name of ["@aws-sdk", "@aws-lite"]) {
    symlinkSync(
      join(import.meta.dirname, "../../../node_modules", name),
      join(made.folder, "node_modules", name),
    );
  }
  projects.push(made);
  return made;
}

const models = `
  import { memoryModel } from "tsverless/models/memory";
  export const Users = memoryModel<{ id: string; email: string }>({ name: "User", objects: [{ id: "7", email: "a@b.c" }] });`;

/** What a bundle has. */
interface Contents {
  /** Packages, and files of tsverless and of the project. */
  names: string[];
  /** Bytes that are read at start. */
  start: number;
}

/** What `tsverless build --each` makes of the modules. */
async function ofBuild({ folder }: Project): Promise<Record<string, Contents>> {
  const { code, out, err } = await ownTsverless(["build", "--each", "--minify", "--json"], { cwd: folder });
  expect([code, err]).toEqual([0, ""]);
  const { functions } = JSON.parse(out) as {
    functions: { name: string; start: number; parts: { name: string }[] }[];
  };
  return Object.fromEntries(
    functions.map(({ name, start, parts }) => [name, { start, names: namesOf(parts) }]),
  );
}

/** The stub that the build begins with, and what it needs, are its own. */
const namesOf = (parts: readonly { name: string }[]): string[] =>
  parts
    .map(({ name }) => name)
    .filter(name => !name.startsWith(".tsverless/"))
    .sort();

interface Made extends Contents {
  folder: string;
  warnings: string[];
}

/** What esbuild makes of the same with the plugin, by the options of `tsverless build`. */
async function ofPlugin(
  project: Project,
  file: string,
  options?: TsverlessPluginOptions,
  more: BuildOptions = {},
): Promise<Made> {
  const folder = join(project.folder, "bundled");
  const { metafile, warnings } = await build({
    absWorkingDir: project.folder,
    entryPoints: { index: file },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node22",
    splitting: true,
    minify: true,
    plugins: [tsverless(options)],
    logLevel: "silent",
    ...more,
    metafile: true,
  });
  const source = { name: "handler" } as FunctionBundle["source"];
  const made = { source, folder, files: [], metafile, warnings: [], compiled: [] };
  const { start, parts } = measure(made, relative(process.cwd(), project.folder));
  return { folder, start, names: namesOf(parts), warnings: warnings.map(({ text }) => text) };
}

const retrieve = (options = "", more = ""): string => `
  ${more}
  import { pick, retrieveHandler } from "tsverless";
  import { Users } from "./models.ts";
  export const handler = retrieveHandler(Users, { ${options} serializer: pick("id", "email") });`;

const functions: Record<string, string> = {
  create: `
    import { createHandler, jsonSchema, pick } from "tsverless";
    import { Users } from "./models.ts";
    const body = jsonSchema({ type: "object", properties: { email: { type: "string", format: "email" } } });
    export const handler = createHandler(Users, { auth: { model: Users }, body, serializer: pick("id", "email") });`,
  retrieve: retrieve(),
  scoped: retrieve('queryset: () => [{ id: "8", email: "d@e.f" }],'),
  list: `
    import { listHandler, pick } from "tsverless";
    import { Users } from "./models.ts";
    export const handler = listHandler(Users, { formats: ["json", "csv"], serializer: pick("id", "email") });`,
  queue: `
    import { sqsHandler } from "tsverless";
    export const handler = sqsHandler(({ body }) => { if (body === 0) throw new Error("zero"); }, { json: true });`,
  dynamo: `
    import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
    import { pick, retrieveHandler } from "tsverless";
    import { dynamoModel } from "tsverless/models/dynamo";
    const client = new DynamoDBClient({ region: "eu-west-1" });
    const Posts = dynamoModel<{ id: string }>({ client, table: "posts", key: { partition: "id" } });
    export const handler = retrieveHandler(Posts, { serializer: pick("id") });`,
};
const names = Object.keys(functions);

const hasAuth = ({ names }: Contents): boolean => names.some(name => /\/authUser\.ts$/.test(name));
const hasArrays = ({ names }: Contents): boolean => names.some(name => /\/ofArray\.ts$/.test(name));
const get = eventOf("http", { path: "/users/7", pathParameters: { id: "7" } });
const statusOf = ({ folder }: Made): number => received("http", runBuilt(folder, [get])[0]).status;

describe("a bundle that is made with the plugin", () => {
  let project: Project;
  let built: Record<string, Contents>;
  beforeAll(async () => {
    project = projectOf({
      ...Object.fromEntries(names.map(name => [`src/${name}.ts`, functions[name] as string])),
      "src/index.ts": names.map(name => `export { handler as ${name} } from "./${name}.ts";`).join(" "),
    });
    built = await ofBuild(project);
  });

  it.each(names)("has what the build has, and nothing else: %s", async name => {
    const made = await ofPlugin(project, `src/${name}.ts`);
    const { names, start } = built[name] as Contents;
    expect([made.names, made.warnings]).toEqual([names, []]);
    expect(Math.abs(made.start / start - 1)).toBeLessThan(0.01);
    expect(project.leftovers()).toEqual([]);
  });

  it("has no more where it is one file, and has what its options ask for", async () => {
    const whole = await ofPlugin(project, "src/retrieve.ts", {}, { splitting: false });
    expect([hasAuth(whole), hasArrays(whole), statusOf(whole)]).toEqual([false, false, 200]);
    const kept = await ofPlugin(project, "src/retrieve.ts", { keep: partNames });
    expect([hasAuth(kept), hasArrays(kept), statusOf(kept)]).toEqual([true, true, 200]);
    const withAjv = await ofPlugin(project, "src/create.ts", { compile: false });
    expect([withAjv.names.includes("ajv"), hasAuth(withAjv), hasArrays(withAjv)]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe("what is asked for without a word in a file of the project", () => {
  it("is found when the bundle is loaded", async () => {
    const project = projectOf({
      "node_modules/guards/package.json": '{ "name": "guards", "type": "module", "exports": "./index.js" }',
      "node_modules/guards/index.js": "export const guards = { auth: { loadUser: id => ({ id }) } };",
      "src/index.ts": retrieve("...guards,", 'import { guards } from "guards";'),
    });
    const made = await ofPlugin(project, "src/index.ts");
    expect([hasAuth(made), statusOf(made), made.warnings]).toEqual([true, 401, []]);
  });

  const later = retrieve("auth: { loadUser: (id: string) => ({ id }) },");
  const load = (path: string): string =>
    `export const handler = async (event: object, context: object) => (await import("${path}")).handler(event, context);`;

  it("is found in what plugins make, and in stdin", async () => {
    const project = projectOf({ "src/index.ts": load("virtual") });
    const virtual: Plugin = {
      name: "virtual",
      setup(it) {
        it.onResolve({ filter: /^virtual$/ }, () => ({ path: "virtual", namespace: "virtual" }));
        it.onLoad({ filter: /./, namespace: "virtual" }, () => ({
          contents: later,
          loader: "ts",
          resolveDir: join(project.folder, "src"),
        }));
      },
    };
    const made = await ofPlugin(project, "src/index.ts", {}, { plugins: [virtual, tsverless()] });
    expect([hasAuth(made), statusOf(made)]).toEqual([true, 401]);
    const stdin: BuildOptions["stdin"] = {
      contents: later,
      loader: "ts",
      resolveDir: join(project.folder, "src"),
      sourcefile: "index.ts",
    };
    const entry = { entryPoints: undefined, entryNames: "index", stdin } as unknown as BuildOptions;
    const ofStdin = await ofPlugin(project, "", {}, { ...entry, plugins: [tsverless({ compile: false })] });
    expect([hasAuth(ofStdin), statusOf(ofStdin)]).toEqual([true, 401]);
  });

  it("stays, with a warning, where the bundle can't be loaded", async () => {
    const start = 'if (process.env.STAGE === undefined) throw new Error("no stage");';
    const project = projectOf({ "src/index.ts": retrieve("", start) });
    const made = await ofPlugin(project, "src/index.ts", { compile: false });
    expect([hasAuth(made), hasArrays(made)]).toEqual([true, true]);
    expect(made.warnings).toEqual([
      expect.stringMatching(
        /^What no code asks for stays in the bundle \(.*\barrays\b.*\): it can't be loaded here\. Error: no stage\n/,
      ),
    ]);
    const kept = await ofPlugin(project, "src/index.ts", { compile: false, keep: partNames });
    expect([kept.names, kept.warnings]).toEqual([made.names, []]);
  });
});
