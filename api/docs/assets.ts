import { hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { HttpError } from "../../src/core/errors.ts";
import { etagOf } from "../../src/http/etag.ts";
import { script } from "./script.ts";
import { icon, style } from "./style.ts";

/** A file that the page loads, ready to be sent. */
export interface Asset {
  readonly type: string;
  readonly text: string;
  readonly etag: string;
  /** The text as gzip; made when it is first asked for, and kept. */
  zipped(): Promise<Buffer>;
}

/** All that the page loads. */
export interface Assets {
  /** Another one for other files. */
  readonly version: string;
  readonly files: ReadonlyMap<string, Asset>;
}

const javascript = "text/javascript; charset=utf-8";
const css = "text/css; charset=utf-8";
const compress = promisify(gzip);

/** Makes text that is sent as it is, or compressed. */
export function assetOf(type: string, text: string): Asset {
  let made: Promise<Buffer> | undefined;
  return {
    type,
    text,
    etag: etagOf(text),
    zipped() {
      made ??= compress(text);
      return made;
    },
  };
}

const ours: readonly (readonly [name: string, asset: Asset])[] = [
  ["script.js", assetOf(javascript, script)],
  ["style.css", assetOf(css, style)],
  ["icon.svg", assetOf("image/svg+xml", icon)],
];

const theirs = [
  ["swagger-ui-bundle.js", javascript],
  ["swagger-ui.css", css],
] as const;

/** Where Swagger UI is: beside this module, or, where a bundler has taken this module elsewhere, beside what runs. */
function findPackage(): { folder: string; version: string } {
  for (const from of [import.meta.url, join(process.cwd(), "index.js")]) {
    try {
      const manifest = createRequire(from).resolve("swagger-ui-dist/package.json");
      return { folder: dirname(manifest), version: createRequire(from)(manifest).version };
    } catch {}
  }
  throw new Error("There is no swagger-ui-dist");
}

async function readTheirs(): Promise<[name: string, asset: Asset][]> {
  const { folder, version } = findPackage();
  if (Number.parseInt(version, 10) < 5) throw new Error(`swagger-ui-dist is ${version}`);
  return Promise.all(
    theirs.map(async ([name, type]): Promise<[string, Asset]> => {
      return [name, assetOf(type, await readFile(join(folder, name), "utf8"))];
    }),
  );
}

async function load(): Promise<Assets> {
  const read = await readTheirs().catch((cause: unknown) => {
    const message =
      'The docs page needs the package "swagger-ui-dist", version 5 or newer: npm install swagger-ui-dist';
    throw new HttpError(501, message, { expose: true, cause });
  });
  const files = new Map([...ours, ...read]);
  const tags = [...files.values()].map(({ etag }) => etag).join("");
  return { version: hash("sha1", tags, "hex").slice(0, 12), files };
}

let kept: Promise<Assets> | undefined;

/**
 * All that the page loads, read once and kept. A failure is not kept.
 *
 * @throws HttpError 501 saying what to install
 */
export async function readAssets(): Promise<Assets> {
  kept ??= load();
  try {
    return await kept;
  } catch (error) {
    kept = undefined;
    throw error;
  }
}
