import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type BuildFailure, type BuildOptions, type BuildResult, build, context, type Plugin } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { partNames } from "../../../tools/cli/build/parts.ts";
import { tsverless } from "../../../tools/esbuild/index.ts";
import { type Consumer, makeConsumer, type Packed, packProject } from "../../support/packedPackage.ts";
import { runBuilt } from "../../support/runBuilt.ts";
import {
  isAjvCompiler,
  responsesOf,
  schemaRequests,
  schemaResponses,
  schemaShop,
} from "../../support/schemaShop.ts";

let packed: Packed;
let consumer: Consumer;

beforeAll(() => {
  packed = packProject();
  consumer = makeConsumer(packed, []);
  for (const [path, text] of Object.entries(schemaShop)) consumer.write(path, text);
});
afterAll(() => {
  consumer?.remove();
  packed?.remove();
});

const pathIn = (path: string): string => join(consumer.folder, path);
let count = 0;

/** Options of a build into a folder of its own. */
const optionsFor = (more: BuildOptions): BuildOptions & { outdir: string; metafile: true } => ({
  absWorkingDir: consumer.folder,
  outdir: pathIn(`out${count++}`),
  bundle: true,
  platform: "node",
  format: "esm",
  outExtension: { ".js": ".mjs" },
  entryNames: "[name]",
  plugins: [tsverless()],
  logLevel: "silent",
  ...more,
  metafile: true,
});

interface Made extends BuildResult {
  folder: string;
  /** The modules that leave something in one of its files, or in all. */
  inputs(file?: string): string[];
}

const madeOf = (result: BuildResult, folder: string): Made => ({
  ...result,
  folder,
  inputs: (file = "") =>
    Object.entries(result.metafile?.outputs ?? {})
      .filter(([path]) => path.endsWith(file))
      .flatMap(([, output]) => Object.keys(output.inputs)),
});

async function bundle(more: BuildOptions): Promise<Made> {
  const options = optionsFor(more);
  return madeOf(await build(options), options.outdir);
}

async function failureOf(more: BuildOptions): Promise<string> {
  const failure = (await build(optionsFor(more)).catch((error: unknown) => error)) as BuildFailure;
  return failure.errors.map(({ text, pluginName }) => `${pluginName}: ${text}`).join("\n");
}

const validators = "tsverless:validators";
const hasValidators = (made: Made, file?: string): boolean => made.inputs(file).includes(validators);
const run = ({ folder }: Made, file = "./api.mjs"): unknown =>
  responsesOf(runBuilt(folder, schemaRequests, {}, file));

describe("the plugin", () => {
  it.each([
    ["an ES module", { format: "esm" }, "./api.mjs"],
    ["a smaller one", { format: "esm", minify: true, splitting: true }, "./api.mjs"],
    ["CommonJS", { format: "cjs", outExtension: { ".js": ".cjs" } }, "./api.cjs"],
  ] as [string, BuildOptions, string][])(
    "makes %s that answers as before, without Ajv",
    async (_what, more, file) => {
      const entryPoints = ["src/api.ts"];
      const [plain, compiled] = [
        await bundle({ entryPoints, ...more, plugins: [] }),
        await bundle({ entryPoints, ...more }),
      ];
      expect([run(plain, file), run(compiled, file)]).toEqual([schemaResponses, schemaResponses]);
      expect(plain.inputs().filter(isAjvCompiler).length).toBeGreaterThan(50);
      expect([compiled.inputs().filter(isAjvCompiler), compiled.warnings]).toEqual([[], []]);
      expect([hasValidators(plain), hasValidators(compiled)]).toEqual([false, true]);
    },
  );

  it.each([
    ["a list", ["src/users.ts", "src/search.ts"]],
    ["a record", { users: "src/users.ts", search: "./src/search.ts" }],
    [
      "names for what goes out",
      [
        { in: "src/users.ts", out: "users" },
        { in: "src/search.ts", out: "search" },
      ],
    ],
    ["a pattern", ["src/*s*.ts"]],
  ])("takes entry points as %s", async (_what, entryPoints) => {
    const made = await bundle({ entryPoints, entryNames: "[name]", minify: true });
    expect(made.inputs().filter(isAjvCompiler)).toEqual([]);
    for (const name of ["users.mjs", "search.mjs"]) {
      const text = readFileSync(join(made.folder, name), "utf8");
      expect([
        text.includes("#/properties/email/format"),
        text.includes("#/properties/page/minimum"),
      ]).toEqual([true, true]);
    }
  });

  it("gives each of several builds that share it the validators of its own entry", async () => {
    const plugins = [tsverless()];
    const [users, search] = await Promise.all(
      ["users", "search"].map(name => bundle({ entryPoints: [`src/${name}.ts`], plugins })),
    );
    const texts = [users, search].map((made, index) =>
      readFileSync(join((made as Made).folder, index === 0 ? "users.mjs" : "search.mjs"), "utf8"),
    );
    const has = (text: string): boolean[] =>
      ["#/properties/email/format", "#/properties/page/minimum"].map(part => text.includes(part));
    expect(texts.map(has)).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it("leaves bundles without schemas alone, and those that leave packages outside", async () => {
    consumer.write("hello.ts", 'export { pick } from "tsverless/serializers";');
    const hello = await bundle({ entryPoints: ["hello.ts"] });
    expect([hasValidators(hello), hello.warnings]).toEqual([false, []]);
    const outside = await bundle({ entryPoints: ["src/api.ts"], packages: "external" });
    expect(hasValidators(outside)).toBe(false);
  });

  it("loads the project as the build reads it: its definitions, loaders, aliases and other plugins", async () => {
    consumer.write("title.txt", "of a file");
    consumer.write("src/shared.ts", 'export const shared = "of an alias";');
    consumer.write(
      "reading.ts",
      `import { jsonSchema, jsonBody, pipeline, serialize, validate } from "tsverless";
       import { shared } from "@shared";
       import virtual from "virtual";
       import title from "./title.txt";
       declare const STAGE: string;
       const Body = jsonSchema({ enum: [STAGE, title, shared, virtual, import.meta.url === undefined] });
       export const handler = pipeline([jsonBody(), validate({ body: Body }), serialize()], ({ body }) => ({ body }));`,
    );
    const virtual: Plugin = {
      name: "virtual",
      setup(it) {
        it.onResolve({ filter: /^virtual$/ }, () => ({ path: "virtual", namespace: "virtual" }));
        it.onLoad({ filter: /./, namespace: "virtual" }, () => ({
          contents: 'export default "of a plugin";',
        }));
      },
    };
    const made = await bundle({
      entryPoints: ["reading.ts"],
      format: "cjs",
      outExtension: { ".js": ".cjs" },
      define: { STAGE: '"live"', "import.meta.url": "elsewhere" },
      banner: { js: 'const elsewhere = "here";' },
      loader: { ".txt": "text" },
      alias: { "@shared": "./src/shared.ts" },
      plugins: [virtual, tsverless()],
    });
    expect(made.inputs().filter(isAjvCompiler)).toEqual([]);
    expect(runBuilt(made.folder, [], {}, "./reading.cjs")).toEqual([]);
  });

  it("compiles again when something changes", async () => {
    const source = (least: number): string => `
      import { jsonSchema } from "tsverless";
      export const handler = async (value: unknown) => jsonSchema({ minimum: ${least} })["~standard"].validate(value);
      export const Least = jsonSchema({ minimum: ${least} });`;
    consumer.write("least.ts", source(1));
    const options = optionsFor({ entryPoints: ["least.ts"] });
    const rebuilding = await context(options);
    try {
      const issuesOf = async (): Promise<unknown> => {
        const made = madeOf(await rebuilding.rebuild(), options.outdir);
        expect(made.inputs().filter(isAjvCompiler)).toEqual([]);
        return runBuilt(made.folder, [5], {}, "./least.mjs");
      };
      expect(await issuesOf()).toEqual([{ value: 5 }]);
      consumer.write("least.ts", source(7));
      expect(await issuesOf()).toEqual([{ issues: [expect.objectContaining({ message: "must be >= 7" })] }]);
      consumer.write("least.ts", `throw new Error("not today");\n${source(7)}`);
      const { errors } = (await rebuilding.rebuild().catch((error: unknown) => error)) as BuildFailure;
      expect(errors.map(({ text }) => text)).toEqual([
        expect.stringMatching(/^least\.ts failed to load: Error: not today\n/),
      ]);
      consumer.write("least.ts", source(2));
      expect(await issuesOf()).toEqual([{ value: 5 }]);
    } finally {
      await rebuilding.dispose();
    }
  });

  it("leaves Ajv in with a warning where schemas can't be compiled ahead", async () => {
    consumer.write(
      "odd.ts",
      `import { jsonSchema } from "tsverless"; export const Then = jsonSchema({ not: { const: new Date(0) } });
       export const handler = async () => 1;`,
    );
    const made = await bundle({ entryPoints: ["odd.ts"] });
    expect(made.warnings.map(({ text, pluginName }) => [pluginName, text])).toEqual([
      [
        "tsverless",
        "Schemas are compiled at start, and Ajv stays in the bundle: a JSON Schema holds what JSON can't write, such as a Date or a bigint.",
      ],
    ]);
    expect(runBuilt(made.folder, [1], {}, "./odd.mjs")).toEqual([1]);
  });

  it("makes bundles in which a schema that it has not seen is a TypeError that names it", async () => {
    consumer.write(
      "plan.ts",
      `import { jsonSchema } from "tsverless";
       export const Plan = jsonSchema({ title: "Plan", const: process.env.PLAN ?? "free" });`,
    );
    const made = await bundle({ entryPoints: ["plan.ts"] });
    expect(() => runBuilt(made.folder, [], { PLAN: "gold" }, "./plan.mjs")).toThrow(
      /TypeError: jsonSchema: this schema was not there .*\{"title":"Plan","const":"gold"\}/,
    );
  });
});

describe("its option entry", () => {
  it("says which modules make the schemas", async () => {
    const stdin = { contents: 'export { handler } from "./src/api.ts";', resolveDir: consumer.folder };
    for (const entry of ["src/api.ts", ["src/users.ts", "src/search.ts"]]) {
      const made = await bundle({ stdin, plugins: [tsverless({ entry })] });
      expect(made.inputs().filter(isAjvCompiler)).toEqual([]);
      expect(run(made, "./stdin.mjs")).toEqual(schemaResponses);
    }
    expect(await failureOf({ stdin })).toBe(
      "tsverless: The build has no entry point that is a file of code: the option entry says which modules make the schemas",
    );
  });

  it("is a TypeError where it is wrong", () => {
    expect(() => tsverless({ entry: 5 as never })).toThrow(
      new TypeError('tsverless: option "entry" must be a string or an array of strings'),
    );
    expect(() => tsverless({ entri: "x" } as never)).toThrow(
      new TypeError('tsverless: unknown option "entri"; it takes entry, compile, keep'),
    );
    expect(() => tsverless({ compile: "no" } as never)).toThrow(
      new TypeError('tsverless: option "compile" must be true or false'),
    );
    expect(() => tsverless({ keep: ["ajv"] } as never)).toThrow(
      new TypeError(`tsverless: option "keep" must list some of ${partNames.join(", ")}`),
    );
  });
});

describe("a build fails", () => {
  it("where its code can't be read or loaded", async () => {
    consumer.write(
      "broken.ts",
      'import { jsonSchema } from "tsverless"; export const handler = jsonSchema(;',
    );
    expect(await failureOf({ entryPoints: ["broken.ts"] })).toMatch(/Unexpected ";"/);
    consumer.write("throws.ts", 'import "tsverless"; throw new Error("not today");');
    expect(await failureOf({ entryPoints: ["src/users.ts", "throws.ts"] })).toMatch(
      /^tsverless: src\/users\.ts, throws\.ts failed to load: Error: not today\n +at .*throws\.ts:1:\d+/,
    );
  });
});
