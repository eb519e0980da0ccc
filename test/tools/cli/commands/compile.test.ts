import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ended, ownTsverless } from "../../../support/cli.ts";
import {
  type Consumer,
  makeConsumer,
  type Outcome,
  type Packed,
  packProject,
} from "../../../support/packedPackage.ts";
import { runBuilt } from "../../../support/runBuilt.ts";
import {
  isAjvCompiler,
  responsesOf,
  schemaRequests,
  schemaResponses,
  schemaShop,
} from "../../../support/schemaShop.ts";

let packed: Packed;
let consumer: Consumer;

beforeAll(() => {
  packed = packProject();
  consumer = makeConsumer(packed, []);
  for (const [path, text] of Object.entries(schemaShop)) consumer.write(path, text);
  consumer.write("seen.mjs", seen);
  consumer.write("run.mjs", run);
});
afterAll(() => {
  consumer?.remove();
  packed?.remove();
});

/** Says which modules were loaded, when the program ends. */
const seen = `
  import { registerHooks } from "node:module";
  const urls = [];
  registerHooks({ load: (url, context, next) => (urls.push(url), next(url, context)) });
  process.on("exit", () => console.error(JSON.stringify(urls)));`;

/** Gives the requests to a handler. */
const run = `
  const { handler } = await import(process.argv[2]);
  const results = [];
  for (const event of ${JSON.stringify(schemaRequests)}) results.push(await handler(event, { awsRequestId: "r1" }));
  console.log(JSON.stringify(results));`;

const compile = (...args: string[]): Promise<Ended> =>
  ownTsverless(["compile", ...args], { cwd: consumer.folder });
const read = (path: string): string => readFileSync(join(consumer.folder, path), "utf8");
const compiled = ["--conditions=tsverless-compiled", "--import", "./validators.mjs"];

describe("compile", () => {
  it("writes validators by which node runs the same code, which answers as before, without Ajv", async () => {
    const { code, out, err } = await compile("src/api.ts", "-o", "validators.mjs");
    expect({ code, out, err }).toEqual({
      code: 0,
      out: expect.stringMatching(/^validators\.mjs: 2 schemas of src\/api\.ts, \d\.\d kB\n$/),
      err: "",
    });
    const load = ["--import", "./seen.mjs", "run.mjs", "./src/api.ts"];
    const [ahead, now] = [consumer.node(...compiled, ...load), consumer.node(...load)];
    const of = ({ out, err }: Outcome): [unknown, string[]] => [
      responsesOf(JSON.parse(out)),
      JSON.parse(err),
    ];
    const [[responses, urls], [before, urlsBefore]] = [of(ahead), of(now)];
    expect([before, responses]).toEqual([schemaResponses, schemaResponses]);
    expect(urlsBefore.filter(isAjvCompiler).length).toBeGreaterThan(50);
    expect(urls.filter(isAjvCompiler)).toEqual([]);
    expect(urls.length).toBeGreaterThan(20);
  });

  it("says as JSON what it wrote, into whatever folder", async () => {
    const { code, out } = await compile("src/users.ts", "--out", "made/of/users.js", "--json");
    expect([code, JSON.parse(out)]).toEqual([
      0,
      { file: "made/of/users.js", schemas: 1, bytes: Buffer.byteLength(read("made/of/users.js")) },
    ]);
  });

  it("takes a module that has nothing to run, and one without schemas", async () => {
    consumer.write(
      "schemas.ts",
      'import { jsonSchema } from "tsverless"; export const Id = jsonSchema({ minimum: 1 });',
    );
    expect((await compile("schemas.ts")).out).toContain("validators.mjs: 1 schema of schemas.ts");
    consumer.write("none.ts", "export const none = 1;");
    expect((await compile("none.ts")).out).toContain("validators.mjs: 0 schemas of none.ts");
  });

  it.each([
    ["esm", "mjs", true],
    ["cjs", "js", true],
    ["esm", "mjs", false],
  ] as const)(
    "serves esbuild's inject, format %s, .%s, in a package with sideEffects %s",
    async (format, extension, sideEffects) => {
      consumer.write("package.json", JSON.stringify({ name: "consumer", type: "module", sideEffects }));
      expect((await compile("src/api.ts")).code).toBe(0);
      const name = `${format}${sideEffects}`;
      const { metafile } = await build({
        absWorkingDir: consumer.folder,
        entryPoints: ["src/api.ts"],
        outfile: join(consumer.folder, name, `index.${extension}`),
        bundle: true,
        minify: true,
        platform: "node",
        format,
        conditions: ["tsverless-compiled"],
        inject: ["./validators.mjs"],
        metafile: true,
        logLevel: "silent",
      });
      const inputs = Object.values(metafile.outputs).flatMap(output => Object.keys(output.inputs));
      expect(inputs.filter(isAjvCompiler)).toEqual([]);
      const results = runBuilt(join(consumer.folder, name), schemaRequests, {}, `./index.${extension}`);
      expect(responsesOf(results)).toEqual(schemaResponses);
    },
  );
});

describe("a schema that compile has not seen", () => {
  const plan = `
    import { jsonSchema } from "tsverless";
    export const Plan = jsonSchema({ title: "Plan", properties: { plan: { const: process.env.PLAN ?? "free" } } });`;

  it("is a TypeError at start that names it", async () => {
    consumer.write("plan.ts", plan);
    consumer.write("gold.ts", `process.env.PLAN = "gold"; await import("./plan.ts");`);
    expect((await compile("plan.ts")).code).toBe(0);
    expect(consumer.node(...compiled, "plan.ts")).toMatchObject({ code: 0, err: "" });
    const { code, err } = consumer.node(...compiled, "gold.ts");
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(
        /TypeError: jsonSchema: this schema was not there .*\{"title":"Plan".*"gold".*compile again/,
      ),
    ]);
  });

  it("is a TypeError also where no validators were loaded, which says what to load", () => {
    consumer.write("plan.ts", plan);
    const { code, err } = consumer.node("--conditions=tsverless-compiled", "plan.ts");
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(
        /TypeError: jsonSchema: no schemas were compiled ahead.*\{"title":"Plan".*Load the file that `tsverless compile` writes/,
      ),
    ]);
  });

  it("is one also where it has seen none at all", async () => {
    consumer.write(
      "handler.ts",
      'import { jsonSchema } from "tsverless"; export const handler = async () => jsonSchema({ minimum: 1 });',
    );
    expect((await compile("handler.ts")).out).toContain("validators.mjs: 0 schemas of handler.ts");
    consumer.write("call.ts", 'import { handler } from "./handler.ts"; await handler();');
    const { code, err } = consumer.node(...compiled, "call.ts");
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/TypeError: jsonSchema: this schema was not there .*\{"minimum":1\}/),
    ]);
  });

  it("because it differs each time, is an error of compile", async () => {
    consumer.write(
      "clock.ts",
      'import { jsonSchema } from "tsverless"; export const Clock = jsonSchema({ const: String(process.hrtime.bigint()) });',
    );
    const { code, err } = await compile("clock.ts");
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(
        /^tsverless: validators\.mjs was written, but with it clock\.ts failed to load: TypeError: jsonSchema: this schema was not there .*\{"const":"\d+"\}/,
      ),
    ]);
  });
});

describe("what the user can put right", () => {
  it.each([
    [
      "JSON can't write a schema",
      'import { jsonSchema } from "tsverless"; export const Then = jsonSchema({ not: { const: new Date(0) } });',
      "a JSON Schema holds what JSON can't write, such as a Date or a bigint",
    ],
    [
      "more may come late",
      'import { jsonSchema } from "tsverless"; export const A = jsonSchema({}); export const later = () => import("./src/users.ts");',
      "src/users.ts may make more of them when it is loaded, by import()",
    ],
    [
      "all may come late",
      'export const later = () => import("./src/users.ts");',
      "src/users.ts may make more of them when it is loaded, by import()",
    ],
  ])("is reported where %s", async (_what, text, why) => {
    consumer.write("odd.ts", text);
    expect(await compile("odd.ts")).toEqual({
      code: 1,
      out: "",
      err: `tsverless: The schemas of odd.ts can't be compiled ahead: ${why}\n`,
    });
  });

  it("is reported in one line", async () => {
    const { code, err } = await compile("src/api.ts", "--out", "validators.cjs");
    expect([code, err]).toEqual([
      2,
      expect.stringContaining('--out must be a .mjs or .js file, not "validators.cjs"'),
    ]);
    consumer.write("plain.mjs", "export const handler = () => undefined;");
    expect(await compile("plain.mjs", "-o", "./plain.mjs")).toMatchObject({
      code: 2,
      err: expect.stringContaining('--out "./plain.mjs" is the entry itself'),
    });
    expect((await compile("nothing.ts")).err).toBe('tsverless: There is no file or folder "nothing.ts"\n');
    expect((await compile("src/api.ts", "--out", "package.json/v.mjs")).err).toContain("Can't write");
    consumer.write("broken.ts", "export const handler = (;");
    expect((await compile("broken.ts")).err).toMatch(/broken\.ts:1:24/);
  });
});
