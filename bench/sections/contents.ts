/** What our bundles hold, by name, and what they may weigh: the part of the benchmark that has no clock. */
import { bundle } from "../bundles.ts";
import { note } from "../section.ts";
import { functions } from "./bundles.ts";

/** What no handler reads at start: files of packages by how they begin, and modules of Node. */
const never: readonly RegExp[] = [
  /^(?:jose|ajv|ajv-formats|kysely|drizzle-orm|@aws-sdk|@middy\/http-error-handler)\//,
  /^node:(?!timers$)/,
];

/** Bytes in gzip at start, some percent above what they are; raise one knowingly. */
const ceilings: Readonly<Record<string, number>> = {
  "create with JWT": 47_200,
  "retrieve with JWT": 37_200,
  retrieve: 32_000,
  // Two files: what it shares with the reader of envelopes, which is loaded with the first one, is a chunk of its own.
  queue: 18_500,
};

/** What the schemas of a bundle became. */
const validators = "tsverless:validators";

/**
 * Bundles our handlers by the command line, and looks into the bundles.
 *
 * @throws Error when one holds what it must not, lacks its validators, or is too heavy
 */
export async function checkContents(): Promise<void> {
  for (const { name, wanted } of functions) {
    const { files, gzip } = await bundle("tsverless", wanted);
    const found = files.filter(file => never.some(pattern => pattern.test(file)));
    if (found.length > 0) throw new Error(`the bundle of ${name} must not hold ${found.join(", ")}`);
    const hasSchema = wanted.kind === "create" || wanted.kind === "queue";
    if (files.includes(validators) !== hasSchema) {
      throw new Error(`the bundle of ${name} must hold ${hasSchema ? "" : "no "}validators`);
    }
    const ceiling = ceilings[name] as number;
    if (gzip > ceiling) throw new Error(`the bundle of ${name} has ${gzip} bytes at start, over ${ceiling}`);
    note(`${name}: ${gzip} bytes at start in gzip, of ${ceiling}`);
  }
}
