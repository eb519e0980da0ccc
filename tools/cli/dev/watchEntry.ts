import { writeFileSync } from "node:fs";
import type { BuildContext, BuildResult, Plugin } from "esbuild";
import { type Bundle, bundleError, bundleFile, bundleOptions } from "../entry/bundle.ts";
import { loadEsbuild } from "../entry/esbuild.ts";
import type { Entry } from "../entry/findEntry.ts";
import type { UserError } from "../shell/command.ts";

/** What is reported of an entry's bundles. */
export interface WatchEvents {
  /** A file has changed; what comes of it is reported next. */
  started(): void;
  /** There is a new bundle. Whoever takes it removes it. */
  built(bundle: Bundle): void;
  failed(error: UserError): void;
}

/** A running watch. */
export interface Watch {
  close(): Promise<void>;
}

/**
 * Bundles an entry, and does so again whenever one of its files changes: the files that are in the bundle, and those that
 * were looked for and not found. Packages are not watched.
 *
 * @param entry what to bundle
 * @param events hear of each bundle, the first one included
 * @param options `watch: false` bundles once; `color` is for the errors
 */
export async function watchEntry(
  entry: Entry,
  events: WatchEvents,
  { watch, color }: { watch: boolean; color: boolean },
): Promise<Watch> {
  const esbuild = await loadEsbuild();
  const place = bundleFile(entry);
  async function finish({ errors, outputFiles }: BuildResult): Promise<void> {
    if (errors.length > 0) return events.failed(await bundleError(errors, color, esbuild));
    const bundle = bundleFile(entry);
    writeFileSync(bundle.file, outputFiles?.[0]?.contents ?? "");
    events.built(bundle);
  }
  const teller: Plugin = {
    name: "teller",
    setup(build) {
      build.onStart(() => events.started());
      build.onEnd(finish);
    },
  };
  const context: BuildContext = await esbuild.context({
    ...bundleOptions(entry),
    outfile: place.file,
    write: false,
    plugins: [teller],
  });
  if (watch) await context.watch();
  else await context.rebuild().catch(() => undefined); // The plugin has reported what is wrong.
  return {
    async close() {
      await context.dispose();
      place.remove();
    },
  };
}
