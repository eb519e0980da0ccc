import { execFileSync } from "node:child_process";
import { globSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type BuildOptions, build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { manualModules } from "../support/manual.ts";
import { blocksOf } from "../support/markdown.ts";
import { type Consumer, makeConsumer, type Packed, packProject } from "../support/packedPackage.ts";
import { runBuilt } from "../support/runBuilt.ts";
import { isAjvCompiler, responsesOf, signUpWith } from "../support/schemaShop.ts";
import { announceTools, areToolsInstalled } from "../support/templateTools.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(join(root, "docs/compiled-schemas.md"), "utf8");
const blocks = blocksOf(page);

/** The code of a block that begins with a comment of this file. */
const codeOf = (file: string): string =>
  blocks.find(({ code }) => code.startsWith(`// ${file}\n`))?.code ?? expect.fail(`No block has ${file}`);
/** The command of a block. */
const commandOf = (begin: string): string[] =>
  blocks
    .find(({ code }) => code.startsWith(begin))
    ?.code.trim()
    .split(" ") ?? expect.fail(`No ${begin}`);
/** The value of a key in the YAML of the page. */
function yamlValue(key: string): string {
  const yaml = blocks.filter(({ language }) => language === "yaml").map(({ code }) => code);
  return new RegExp(`^ +${key}: (.*)$`, "m").exec(yaml.join("\n"))?.[1] ?? expect.fail(`No ${key}`);
}

let packed: Packed;
let consumer: Consumer;
const inConsumer = (path: string): string => join(consumer.folder, path);

function link(from: string, to: string): void {
  mkdirSync(dirname(inConsumer(to)), { recursive: true });
  symlinkSync(from, inConsumer(to));
}

beforeAll(() => {
  packed = packProject();
  consumer = makeConsumer(packed, ["esbuild", "@types/node"]);
  link(inConsumer("node_modules/tsverless/dist/tools/cli/main.js"), "node_modules/.bin/tsverless");
  link(join(root, "node_modules/esbuild/bin/esbuild"), "node_modules/.bin/esbuild");
  for (const { file, code } of manualModules) {
    if (["models.ts", "signUpApi.ts", "bundleSignUp.ts"].includes(file)) consumer.write(file, code);
  }
  for (const file of ["esbuild.config.mjs", "esbuild-plugins.mjs", "lib/signUpStack.mjs"]) {
    consumer.write(file, codeOf(file));
  }
  consumer.write("package-lock.json", "{}");
});
afterAll(() => {
  consumer?.remove();
  packed?.remove();
});

const requests = [signUpWith({ email: "ann@example.com" }), signUpWith({ email: "ann", plan: "gold" })];
const expected = [
  [201, { id: expect.any(String), email: "ann@example.com", plan: "free" }],
  [
    400,
    {
      code: 400,
      message: "Validation failed",
      errors: [
        { field: "email", message: 'must match format "email"' },
        { field: "plan", message: 'must be one of "free", "paid"' },
      ],
    },
  ],
];

/** Runs a command of the page. esbuild's is a program for this machine, ours is for Node. */
function run([, name = "", ...args]: readonly string[]): string {
  const file = inConsumer(`node_modules/.bin/${name}`);
  const [program, ...before] = name === "esbuild" ? [file] : [process.execPath, file];
  return execFileSync(program as string, [...before, ...args], {
    cwd: consumer.folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
}

/** The modules of Ajv's compiler in a bundle, by esbuild's comments. */
const compilerIn = (path: string): string[] =>
  [...readFileSync(path, "utf8").matchAll(/^ *\/\/ (.*node_modules\/.*)$/gm)]
    .map(([, file]) => file as string)
    .filter(isAjvCompiler);

function expectCompiled(path: string): void {
  expect(compilerIn(path)).toEqual([]);
  expect(responsesOf(runBuilt(dirname(path), requests))).toEqual(expected);
}

const plainly = (more: BuildOptions): BuildOptions => ({
  absWorkingDir: consumer.folder,
  entryPoints: ["signUpApi.ts"],
  bundle: true,
  platform: "node",
  format: "esm",
  logLevel: "silent",
  ...more,
});

/** What the default export of a file of the project is. */
const exported = async <T>(file: string): Promise<T> =>
  (await import(/* @vite-ignore */ pathToFileURL(inConsumer(file)).href)).default as T;

describe("the page of compiled schemas", () => {
  it("has an example that carries Ajv, unless something is done", async () => {
    const outfile = inConsumer("plain/index.mjs");
    await build(plainly({ outfile }));
    expect(compilerIn(outfile).length).toBeGreaterThan(50);
    expect(responsesOf(runBuilt(dirname(outfile), requests))).toEqual(expected);
  });

  it("compiles for node, which needs no bundler", () => {
    expect(run(commandOf("npx tsverless compile"))).toMatch(/^validators\.mjs: 1 schema of signUpApi\.ts, /);
    consumer.write(
      "server.ts",
      `import { handler } from "./signUpApi.ts";
       const results = [];
       for (const event of ${JSON.stringify(requests)}) results.push(await handler(event as never, {} as never));
       console.log(JSON.stringify(results));`,
    );
    const [node, ...args] = commandOf("node --conditions");
    const { code, out } = consumer.node(...args);
    expect([node, code, responsesOf(JSON.parse(out))]).toEqual(["node", 0, expected]);
  });

  it("compiles for esbuild's command line", () => {
    run(commandOf("npx tsverless compile"));
    run(commandOf("npx esbuild"));
    expectCompiled(inConsumer("dist/index.mjs"));
  });

  it("bundles by the plugin", async () => {
    consumer.write(
      "bundleNow.ts",
      `import { bundle } from "./bundleSignUp.ts"; await bundle("signUpApi.ts", "own/index.mjs");`,
    );
    expect(consumer.node("bundleNow.ts")).toEqual({ code: 0, out: "", err: "" });
    expectCompiled(inConsumer("own/index.mjs"));
  });

  it("has a file for the Serverless Framework 4, which takes what its function gives", async () => {
    const config = await exported<() => BuildOptions>(yamlValue("configFile"));
    const outfile = inConsumer("framework/index.mjs");
    await build(plainly({ ...config(), entryPoints: [inConsumer("signUpApi.ts")], outfile }));
    expectCompiled(outfile);
  });

  it("has a file for serverless-esbuild, which takes its list", async () => {
    const plugins = await exported<BuildOptions["plugins"]>(yamlValue("plugins"));
    const outfile = inConsumer("fork/index.mjs");
    await build(plainly({ plugins, outfile }));
    expectCompiled(outfile);
  });
});

describe("CDK", () => {
  announceTools();

  it.skipIf(!areToolsInstalled)("bundles the function of the page without Ajv", () => {
    for (const name of ["aws-cdk-lib", "constructs"]) {
      link(join(root, "test/packages/templates/node_modules", name), `node_modules/${name}`);
    }
    consumer.write(
      "app.mjs",
      `import { App } from "aws-cdk-lib";
       import { SignUpStack } from "./lib/signUpStack.mjs";
       const app = new App({ outdir: "cdk.out" });
       new SignUpStack(app, "Shop");
       app.synth();`,
    );
    const { code, err } = consumer.node("app.mjs");
    expect([code, err]).toEqual([0, expect.stringContaining("validators.mjs: 1 schema")]);
    const [made = ""] = globSync("cdk.out/asset.*/index.mjs", { cwd: consumer.folder });
    expectCompiled(inConsumer(made));
  });
});
