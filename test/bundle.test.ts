import { fileURLToPath } from "node:url";
import { build, type Metafile, type Plugin } from "esbuild";
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

function bundleOf({ bytes, inputs, imports }: Metafile["outputs"][string]): Bundle {
  const files = Object.keys(inputs).filter(path => (inputs[path]?.bytesInOutput ?? 0) > 0);
  const packages = files.map(path => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  const needs = new Set([...packages, ...imports.map(({ path }) => path)].filter(name => name !== undefined));
  return { bytes, files, needs: [...needs].sort() };
}

/** Bundles each source on its own, as a user would for Lambda. */
async function bundles<Name extends string>(sources: Record<Name, string>): Promise<Record<Name, Bundle>> {
  const virtual: Plugin = {
    name: "virtual",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^virtual:/ }, ({ path }) => ({ path: path.slice(8), namespace: "virtual" }));
      onLoad({ filter: /.*/, namespace: "virtual" }, ({ path }) => ({
        contents: sources[path as Name],
        resolveDir: root,
        loader: "ts",
      }));
    },
  };
  const names = Object.keys(sources) as Name[];
  const { metafile } = await build({
    entryPoints: names.map(name => ({ in: `virtual:${name}`, out: name })),
    plugins: [virtual],
    absWorkingDir: root,
    outdir: "out",
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node22",
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const entry = (name: Name) => metafile.outputs[`out/${name}.js`] as Metafile["outputs"][string];
  return Object.fromEntries(names.map(name => [name, bundleOf(entry(name))])) as Record<Name, Bundle>;
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
    const { pick } = await bundles({ pick: 'import { pick } from "tsverless"; console.log(pick("id"));' });
    expect(pick.needs).toEqual([]);
    expect(
      pick.files.filter(path => path.startsWith("src/") && !path.startsWith("src/serializers/")),
    ).toEqual([]);
    expect(pick.bytes).toBeLessThan(1000);
  });

  const each = bundles(
    Object.fromEntries(Object.keys(face).map(name => [name, `export { ${name} } from "tsverless";`])),
  );

  /** What costs size or cold start, and the exports that cannot do without it. */
  const heavy: [need: string, exports: string[]][] = [
    ["ajv", ["jsonSchema"]],
    ["ajv-formats", ["jsonSchema"]],
    ["jose", ["authUser", "signJwt", "verifyJwt"]],
    ["rfc6902", ["resource", "updateHandler"]],
    ["node:http", ["middyPreset"]],
    ["@middy/http-error-handler", ["middyPreset"]],
    ["@middy/http-json-body-parser", ["middyPreset"]],
    ["kysely", []],
    ["rou3", []],
    ["yaml", []],
    ["node:sqlite", []],
  ];

  it.each(heavy)("has %s only if it needs it", async (need, exports) => {
    const found = Object.entries(await each).filter(([, { needs }]) => needs.includes(need));
    expect(found.map(([name]) => name).sort()).toEqual(exports);
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
    const unwanted = ["ajv", "kysely", "rfc6902", "rou3", "node:http", "node:https", "node:sqlite"];
    expect(usual.needs.filter(name => unwanted.includes(name))).toEqual([]);
    expect(usual.needs).toContain("@middy/core");
  });
});
