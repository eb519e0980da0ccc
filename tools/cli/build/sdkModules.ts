import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PluginBuild } from "esbuild";
import { resolveElse } from "./resolveElse.ts";

const name = "tsverless-sdk-modules";

/** Where a package begins, in the path of one of its files. */
const packageFolder = /^.*[\\/]node_modules[\\/]@[^\\/]+[\\/][^\\/]+(?=[\\/])/;

/** The ES module that a package of the SDK names, if it is there: an installation may have been pruned. */
function moduleIn(folder: string): string | undefined {
  const about = join(folder, "package.json");
  // What is in an archive, as Yarn keeps packages, can't be read by everybody.
  if (!existsSync(about)) return undefined;
  const said = JSON.parse(readFileSync(about, "utf8"));
  if (said.exports !== undefined || typeof said.module !== "string") return undefined;
  const path = join(folder, said.module);
  return existsSync(path) ? path : undefined;
}

/**
 * Takes the ES modules of the AWS SDK, of which a bundle has what is used, in place of its CommonJS, which is there as a whole:
 * its packages name them as `module`, which esbuild looks at last for Node. Whoever imports or requires one gets the same. Other
 * packages are as Node would load them, for not all have a `module` that Node understands; so is one whose modules were pruned.
 */
export function sdkModules(build: PluginBuild): void {
  const modules = new Map<string, string | undefined>();
  build.onResolve({ filter: /^@(?:aws-sdk|smithy)\/[^/]+$/ }, async args => {
    const found = await resolveElse(build, name, args);
    const folder = found && packageFolder.exec(found.path)?.[0];
    if (folder === undefined) return undefined;
    if (!modules.has(folder)) modules.set(folder, moduleIn(folder));
    const path = modules.get(folder);
    return path === undefined ? undefined : { path, sideEffects: found?.sideEffects };
  });
}
