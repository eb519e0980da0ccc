import type { OnResolveArgs, PluginBuild, ResolveResult } from "esbuild";

/** Which plugins have asked already, of which esbuild can't know. */
interface Asked {
  readonly asked: readonly string[];
}

/**
 * Asks esbuild, and the other plugins, where an import leads.
 *
 * @param name the plugin that asks
 * @returns nothing where this import is what the plugin itself is asking for, where no file is found, and where it stays outside
 */
export async function resolveElse(
  build: PluginBuild,
  name: string,
  { path, kind, resolveDir, importer, pluginData, with: attributes }: OnResolveArgs,
): Promise<ResolveResult | undefined> {
  const asked = (pluginData as Asked | undefined)?.asked ?? [];
  if (asked.includes(name)) return undefined;
  const found = await build.resolve(path, {
    kind,
    resolveDir,
    importer,
    with: attributes,
    pluginData: { asked: [...asked, name] } satisfies Asked,
  });
  return found.errors.length > 0 || found.external || found.namespace !== "file" ? undefined : found;
}
