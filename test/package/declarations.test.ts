import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Consumer,
  compilers,
  makeConsumer,
  type Packed,
  packProject,
} from "../support/packedPackage.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const sources = globSync("declarations/*.ts", { cwd: here });

let packed: Packed;
let consumer: Consumer;

const compilerOptions = {
  target: "es2023",
  module: "nodenext",
  strict: true,
  noUncheckedIndexedAccess: true,
  rewriteRelativeImportExtensions: true,
  skipLibCheck: true,
  types: ["node"],
};

/** Subpaths of the package that declarations name, each once. */
function named(folder: string): string[] {
  const texts = globSync(`${folder}/*.d.ts`, { cwd: consumer.folder }).map(path =>
    readFileSync(join(consumer.folder, path), "utf8"),
  );
  return [...new Set(texts.join("\n").match(/"tsverless[^"]*"/g))];
}

beforeAll(() => {
  packed = packProject();
  consumer = makeConsumer(packed, [...Object.keys(packed.manifest.peerDependencies), "@types/node", "zod"]);
  for (const path of sources) consumer.write(path, readFileSync(join(here, path), "utf8"));
  const web = readFileSync(join(here, "declared.ts"), "utf8");
  for (const name of Object.keys(compilers)) {
    consumer.write(`web.${name}.ts`, web.replaceAll("./declared/", `./${name}/`));
  }
});

afterAll(() => {
  for (const made of [consumer, packed]) made?.remove();
});

describe.each(Object.entries(compilers))("the declarations that TypeScript %s makes", (name, compiler) => {
  function compile(files: readonly string[], options: object): void {
    const config = { compilerOptions: { ...compilerOptions, ...options }, files };
    consumer.write("tsconfig.json", JSON.stringify(config));
    expect(consumer.tsc("tsconfig.json", compiler)).toEqual({ code: 0, out: "", err: "" });
  }
  const declare = (files: readonly string[], outDir: string): void =>
    compile(files, { composite: true, emitDeclarationOnly: true, rootDir: "declarations", outDir });

  it.skipIf(!existsSync(compiler))("are of whatever a project exports, and type a client elsewhere", () => {
    declare(sources, name);
    const imports = named(name).map(path => `import type {} from ${path};\n`);
    expect(imports.length).toBeGreaterThan(3);
    consumer.write(`named.${name}.ts`, imports.join(""));
    compile([`web.${name}.ts`, `named.${name}.ts`], { noEmit: true });
  });

  it.skipIf(!existsSync(compiler))("need no import of the whole package", () => {
    declare(["declarations/subpaths.ts"], `${name}.alone`);
  });
});
