import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";
import { describe, expect, it } from "vitest";
import * as face from "../src/index.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

interface Bundle {
  bytes: number;
  /** Files that leave something in the bundle. */
  files: string[];
  /** Packages among them, and the builtins that the bundle imports. */
  needs: string[];
}

type Output = Metafile["outputs"][string];

/** What is evaluated at start: the entry and all chunks that it imports, but for those of `import()`. */
function startOf(metafile: Metafile, entry: string): Output[] {
  const seen = new Map<string, Output>();
  const visit = (path: string): void => {
    const output = metafile.outputs[path];
    if (output === undefined || seen.has(path)) return;
    seen.set(path, output);
    for (const { path: next, kind } of output.imports) if (kind === "import-statement") visit(next);
  };
  visit(entry);
  return [...seen.values()];
}

function bundleOf(outputs: readonly Output[]): Bundle {
  const bytes = outputs.reduce((sum, output) => sum + output.bytes, 0);
  const inputs = Object.assign({}, ...outputs.map(output => output.inputs)) as Output["inputs"];
  const imports = outputs.flatMap(output => output.imports.filter(({ external }) => external));
  const files = Object.keys(inputs).filter(path => (inputs[path]?.bytesInOutput ?? 0) > 0);
  const packages = files.map(path => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  const needs = new Set([...packages, ...imports.map(({ path }) => path)].filter(name => name !== undefined));
  return { bytes, files, needs: [...needs].sort() };
}

/** Bundles one source as a user would for Lambda, split unless asked otherwise. */
async function bundle(source: string, splitting = true): Promise<Bundle> {
  const { metafile } = await build({
    stdin: { contents: source, resolveDir: root, loader: "ts", sourcefile: "entry.ts" },
    absWorkingDir: root,
    outdir: "out",
    bundle: true,
    splitting,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node22",
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  return bundleOf(startOf(metafile, "out/stdin.js"));
}

/** Bundles each source on its own, since sources that are split together share chunks. */
async function bundles<Name extends string>(sources: Record<Name, string>): Promise<Record<Name, Bundle>> {
  const names = Object.keys(sources) as Name[];
  const made = await Promise.all(names.map(name => bundle(sources[name])));
  return Object.fromEntries(names.map((name, index) => [name, made[index]])) as Record<Name, Bundle>;
}

describe("a bundle", () => {
  it("of nothing that is used is empty: no module has side effects", async () => {
    const { nothing, unused } = await bundles({
      nothing: 'import "tsverless";',
      unused: 'import { createHandler, jsonSchema, signJwt } from "tsverless";',
    });
    expect([nothing.files, unused.files]).toEqual([[], []]);
  });

  it("of pick alone is tiny", async () => {
    // Where esbuild splits, what late code shares with the rest of the package is a chunk that every bundle loads.
    const pick = await bundle('import { pick } from "tsverless"; console.log(pick("id"));', false);
    expect(pick.needs).toEqual([]);
    expect(
      pick.files.filter(path => path.startsWith("src/") && !path.startsWith("src/serializers/")),
    ).toEqual([]);
    expect(pick.bytes).toBeLessThan(1100);
  });

  const each = bundles(
    Object.fromEntries(Object.keys(face).map(name => [name, `export { ${name} } from "tsverless";`])),
  );

  /** What costs size or cold start, and the exports that cannot do without it. */
  const heavy: [need: string, exports: string[]][] = [
    ["ajv", ["jsonSchema"]],
    ["ajv-formats", ["jsonSchema"]],
    ["jose", []],
    ["node:http", ["middyPreset"]],
    ["@middy/http-error-handler", ["middyPreset"]],
    ["@middy/http-json-body-parser", ["middyPreset"]],
    ["@remix-run/multipart-parser", ["multipart"]],
    ["csv-stringify", []],
    ["kysely", []],
    ["rou3", ["api"]],
    ["yaml", []],
    ["node:sqlite", []],
  ];

  it.each(heavy)("has %s only if it needs it", async (need, exports) => {
    const found = Object.entries(await each).filter(([, { needs }]) => needs.includes(need));
    expect(found.map(([name]) => name).sort()).toEqual(exports);
  });

  it("keeps jose apart until a token is verified or signed", async () => {
    const { both } = await bundles({ both: 'export { authUser, signJwt, verifyJwt } from "tsverless";' });
    expect(both.needs).not.toContain("jose");
  });

  it("keeps what makes OpenAPI documents apart until one is asked for", async () => {
    const isLate = (path: string): boolean => path.startsWith("api/openapi/");
    const { serving } = await bundles({
      serving: 'import { api } from "tsverless"; export const { handler } = api({}, { docs: true });',
    });
    expect(serving.files.filter(isLate)).toEqual([]);
    expect(serving.files).toContain("api/docsRoutes.ts");
    const early = await bundle('import { openapi } from "tsverless/openapi"; console.log(openapi);');
    expect(early.files.filter(isLate).length).toBeGreaterThan(10);
  });

  it("of a usual API on a memory model has no schema engine, no database and no HTTP server", async () => {
    const { usual } = await bundles({
      usual: `
        import { createHandler, deleteHandler, listHandler, pick, retrieveHandler } from "tsverless";
        import { memoryModel } from "tsverless/models/memory";
        const Users = memoryModel<{ id: string; email: string }>({ name: "User" });
        const serializer = pick("id", "email");
        export const create = createHandler(Users, { required: ["email"], serializer });
        export const retrieve = retrieveHandler(Users, { serializer });
        export const list = listHandler(Users, { serializer });
        export const remove = deleteHandler(Users);`,
    });
    const unwanted = ["ajv", "kysely", "rou3", "node:http", "node:https", "node:sqlite"];
    expect(usual.needs.filter(name => unwanted.includes(name))).toEqual([]);
    expect(usual.needs).toContain("@middy/core");
  });

  it("of a queue, a bucket, a bus or a schedule has nothing of HTTP but the state of a request", async () => {
    const one = {
      queue: "sqsHandler(() => 1, { json: true })",
      bucket: "s3Handler(() => 1)",
      bus: "eventBridgeHandler(() => 1)",
      schedule: "scheduledHandler(() => 1)",
    };
    for (const [name, call] of Object.entries(one)) {
      const source = `import { ${call.split("(")[0]} } from "tsverless"; export const handler = ${call};`;
      const { files, bytes } = await bundle(source, false);
      const http = files.filter(path => /^(?:src\/(?:http|auth|models|serializers)|api)\//.test(path));
      expect([name, http]).toEqual([name, ["src/http/responseState.ts"]]);
      // What unwraps payloads is in this one file too, which a build loads when the first one comes.
      expect(bytes).toBeLessThan(46_000);
    }
  });

  it("of a user pool or a state machine has of HTTP what says who may know of an error, and no source", async () => {
    const one = {
      userPool: "cognitoHandler({ preSignUp: () => undefined })",
      machine: "directHandler({}, given => given)",
    };
    for (const [name, call] of Object.entries(one)) {
      const source = `import { ${call.split("(")[0]} } from "tsverless"; export const handler = ${call};`;
      const { files } = await bundle(source, false);
      const others = files.filter(path =>
        /^(?:src\/(?:http|auth|models|serializers|events\/envelope)|api)\//.test(path),
      );
      expect([name, others.sort()]).toEqual([
        name,
        ["src/http/errorResponse.ts", "src/http/responseState.ts", "src/http/status.ts"],
      ]);
    }
  });

  it("imports no module of Node's at start, but the one of Middy's: what needs it loads it in its factory", async () => {
    const model =
      'import { memoryModel } from "tsverless/models/memory"; const Users = memoryModel({ name: "User" });';
    const found = await bundles({
      create: `import { createHandler } from "tsverless"; ${model}
        export const handler = createHandler(Users, { auth: { model: Users } });`,
      retrieve: `import { pick, retrieveHandler } from "tsverless"; ${model}
        export const handler = retrieveHandler(Users, { serializer: pick("id") });`,
      list: `import { listHandler, pick } from "tsverless"; ${model}
        export const handler = listHandler(Users, { serializer: pick("id") });`,
      queue:
        'import { sqsHandler } from "tsverless"; export const handler = sqsHandler(() => 1, { json: true });',
    });
    for (const [name, { needs }] of Object.entries(found)) {
      const builtins = needs.filter(need => need.startsWith("node:"));
      expect([name, builtins]).toEqual([name, ["node:timers"]]);
    }
  });
});
