import { isBuiltin } from "node:module";
import type { Metafile, PluginBuild } from "esbuild";

const name = "tsverless-sdk-commands";
const sdk = /@aws-sdk[\\/]client-dynamodb(?:[\\/]|$)/;
const commands = /[\\/]models[\\/]dynamo[\\/]sdkCommands\.[jt]s$/;

const absent = "@aws-sdk/client-dynamodb is not in this bundle, which imports no client of it";

/** What Node has, and esbuild's own helpers, are nobody's client of the SDK. */
const isOther = (path: string): boolean => !isBuiltin(path) && path !== "<runtime>";

/**
 * Whether somebody but `dynamoModel` itself imports the SDK's client for DynamoDB, or something outside of the bundle may: where
 * nobody does there can be no client of it, and so no use for the SDK's commands.
 *
 * @param inputs what a first pass has read
 */
export function mayHaveSdk(inputs: Metafile["inputs"]): boolean {
  const importers = Object.entries(inputs).filter(([path]) => !sdk.test(path) && !commands.test(path));
  return importers.some(([, { imports }]) =>
    imports.some(({ path, external }) => sdk.test(path) || (external && isOther(path))),
  );
}

/**
 * Puts the SDK's commands in the place of the module that would load them late: `dynamoModel` needs them for a client of the SDK.
 * Where no such client can be, and where the SDK is not installed, nothing is there.
 *
 * @param isWanted gives what {@link mayHaveSdk} says of the bundle; `true` before there is one
 */
export function sdkCommands(build: PluginBuild, isWanted: () => Promise<boolean>): void {
  build.onResolve({ filter: /^\.\/sdkLater\.[jt]s$/ }, async ({ path, resolveDir }) => {
    if (!/[\\/]models[\\/]dynamo$/.test(resolveDir)) return undefined;
    const asked = { kind: "import-statement", resolveDir } as const;
    const isThere =
      (await isWanted()) && (await build.resolve("@aws-sdk/client-dynamodb", asked)).errors.length === 0;
    const pluginData = { resolveDir, file: path.replace("sdkLater", "sdkCommands") };
    return { path: isThere ? "now" : "never", namespace: name, sideEffects: false, pluginData };
  });
  build.onLoad({ filter: /^now$/, namespace: name }, ({ pluginData: { resolveDir, file } }) => ({
    contents: `import * as commands from "${file}"; export const loadCommands = async () => commands;`,
    resolveDir,
  }));
  build.onLoad({ filter: /^never$/, namespace: name }, () => ({
    contents: `export const loadCommands = async () => { throw new Error("${absent}"); };`,
  }));
}
