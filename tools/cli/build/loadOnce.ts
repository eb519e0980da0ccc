import { join, relative } from "node:path";
import { schemaKey } from "../../../src/schema/schemaKey.ts";
import { UserError } from "../shell/command.ts";
import type { FunctionBundle } from "./bundleFunction.ts";
import { type Failure, loadApart } from "./loadApart.ts";
import type { PartName } from "./parts.ts";

/** What was found out of a bundle. */
export interface Look {
  /** Where an external package was not found and the rest could not be looked at. */
  readonly note?: string;
  /** The keys of the schemas that were looked up; absent where nobody watched. */
  readonly used?: ReadonlySet<string>;
  /** Parts of tsverless that were left out, and asked for. */
  readonly missed: readonly PartName[];
}

/** `@aws-sdk/client-s3` of "Cannot find package '@aws-sdk/client-s3' imported from …" */
function missingPackage({ code, message }: Failure): string | undefined {
  return code === "ERR_MODULE_NOT_FOUND" ? message.split("'")[1] : undefined;
}

const fits = (name: string, pattern: string): boolean => {
  const [begin = "", end] = pattern.split("*");
  if (end === undefined) return name === begin || name.startsWith(`${begin}/`);
  return name.length >= begin.length + end.length && name.startsWith(begin) && name.endsWith(end);
};

/**
 * Loads a bundle that was written, once and in a process of its own, as Lambda will: what a bundler can't see fails here and not
 * at the first request.
 *
 * @param cwd what paths are relative to
 * @param external packages that the runtime brings; one that is missing here is not a fault of the bundle
 * @returns which schemas it looked up, where it carries validators, or a note
 * @throws UserError saying why it can't be loaded
 */
export async function loadOnce(
  { folder, compiled }: FunctionBundle,
  cwd: string,
  external: readonly string[],
): Promise<Look> {
  const file = join(folder, "index.mjs");
  // Only what was compiled ahead is sure to be JSON, and may cross to this process.
  const isWatched = compiled.length > 0;
  const said = await loadApart([file], { watch: isWatched, handler: true });
  const { missed = [] } = said;
  if (missed.length > 0) return { missed };
  if ("schemas" in said) {
    return { missed, ...(isWatched && { used: new Set(said.schemas.map(seen => schemaKey(...seen))) }) };
  }
  const name = missingPackage(said);
  const shown = relative(cwd, file).replaceAll("\\", "/");
  if (name !== undefined && external.some(pattern => fits(name, pattern))) {
    return {
      missed,
      note: `${shown} was not loaded to see whether it can be: ${name}, which was left out, is not here.`,
    };
  }
  throw new UserError(`${shown} was written, but can't be loaded. ${said.text}`);
}
