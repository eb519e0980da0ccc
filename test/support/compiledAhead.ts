import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Compiled, RemoveAdditional } from "../../src/schema/jsonSchemaObject.ts";
import { schemaKey } from "../../src/schema/schemaKey.ts";
import { compileModule, standaloneCode } from "../../src/schema/standaloneCode.ts";

/** A schema with what is reported of its compiling. */
export type Wanted = readonly [schema: object | boolean, removeAdditional: RemoveAdditional];

type Compile = (schema: object | boolean, removeAdditional: RemoveAdditional) => Compiled;

const ahead = new URL("../../src/schema/compiledAhead.ts", import.meta.url);
let count = 0;

/**
 * Compiles schemas as a build does, and loads what it writes.
 *
 * @returns the `compile` that `jsonSchema` asks in a compiled bundle; it knows these schemas alone
 */
export async function compiledAhead(wanted: readonly Wanted[]): Promise<Compile> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "ahead-"));
  try {
    const file = join(folder, "validators.mjs");
    // Each load is of a copy of its own, which has not taken what others brought.
    count += 1;
    ahead.search = `?${count}`;
    const keys = wanted.map(one => schemaKey(...one));
    writeFileSync(file, compileModule(new Map(keys.map(key => [key, standaloneCode(key)])), ahead.href));
    const { compile } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { compile: Compile };
    return compile;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
