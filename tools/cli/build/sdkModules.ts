import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { resolveElse } from "./resolveElse.ts";

const name = "tsverless-sdk-modules";

/** Where a package begins, in the path of one of its files. */
const packageFolder = /^.*[\\/]node_modules[\\/]@[^\\/]+[\\/][^\\/]+(?=[\\/])/;

/**
 * Takes the ES modules of the AWS SDK, of which a bundle has what is used, in place of its CommonJS, which is there as a whole:
 * its packages name them as `module`, which esbuild looks at last for Node. Whoever imports or requires one gets the same. Other
 * packages are as Node would load them, for not all have a `module` that Node understands.
 */
export const sdkModules: Plugin = {
  name,
  setup(build) {
    build.onResolve({ filter: /^@(?:aws-sdk|smithy)\/[^/]+$/ }, async args => {
      const found = await resolveElse(build, name, args);
      const folder = found && packageFolder.exec(found.path)?.[0];
      // What is in an archive, as Yarn keeps packages, can't be read by everybody.
      if (folder === undefined || !existsSync(join(folder, "package.json"))) return undefined;
      const said = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      if (said.exports !== undefined || typeof said.module !== "string") return undefined;
      return { path: join(folder, said.module), sideEffects: found?.sideEffects };
    });
  },
};
