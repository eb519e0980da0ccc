import type { BuildOptions, PluginBuild } from "esbuild";
import type { Bundler } from "../entry/bundle.ts";
import { onlyLate, survey } from "./lateImports.ts";
import {
  mentionedParts,
  type PartName,
  partNames,
  presentParts,
  type Sources,
  withoutParts,
} from "./parts.ts";
import { mayHaveSdk, sdkCommands } from "./sdkCommands.ts";
import { sdkModules } from "./sdkModules.ts";

/** What a bundle does without, as nobody asks for it. */
export interface LeftOut {
  /** Parts of tsverless. */
  readonly parts: readonly PartName[];
  /** Whether a client of the AWS SDK for DynamoDB may be there, so that its commands have to. */
  readonly hasSdk: boolean;
  /** The files that may be loaded late, where no other becomes a chunk. */
  readonly late?: ReadonlySet<string> | undefined;
}

/** Everything that can be, or nothing. */
export const allLeftOut: LeftOut = { parts: partNames, hasSdk: true };
export const nothingLeftOut: LeftOut = { parts: [], hasSdk: true };

/**
 * Leaves out of a bundle what nobody asks for, and takes the ES modules of the AWS SDK, unless the build says by itself which
 * fields of a package name its modules.
 *
 * @param find gives what is left out, once something asks
 */
export function leaveOut(build: PluginBuild, find: () => Promise<LeftOut>): void {
  onlyLate(build, async () => (await find()).late);
  withoutParts(build, async () => (await find()).parts);
  sdkCommands(build, async () => (await find()).hasSdk);
  if (build.initialOptions.mainFields === undefined) sdkModules(build);
}

/** A bundle that is to be made. */
export interface Bundling extends Pick<Sources, "root" | "texts"> {
  readonly esbuild: Bundler["esbuild"];
  /** How it is bundled where this is left out. */
  optionsWithout(left: LeftOut): BuildOptions;
}

/**
 * Finds what nobody asks for, by the code alone.
 *
 * @param keep parts that the bundle asks for, which its code does not tell
 * @throws BundleError where the code can't be read
 */
export async function findLeftOut(
  { esbuild, optionsWithout, root, texts }: Bundling,
  keep: readonly PartName[],
): Promise<LeftOut> {
  const first = await survey({ esbuild, options: optionsWithout(allLeftOut) });
  const { inputs, entries } = first;
  const asked = [...keep, ...mentionedParts({ inputs, entries, root, texts })];
  const parts = presentParts(inputs).filter(name => !asked.includes(name));
  const left = { parts, hasSdk: mayHaveSdk(inputs) };
  const options = optionsWithout(left);
  if (options.splitting !== true) return left;
  const { late } = asked.length > 0 ? await survey({ esbuild, options }) : first;
  return { ...left, late };
}
