/** What our bundles hold, by name, and what they may weigh: the part of the benchmark that has no clock. */
import { bundle } from "../bundles.ts";
import { note } from "../section.ts";
import { functions } from "./bundles.ts";

/** What no handler reads at start. */
const never = ["jose", "ajv-formats", "@middy/http-error-handler", "@aws-sdk/client-dynamodb", "kysely"];
const builtins = ["node:http", "node:https", "node:http2", "node:crypto", "node:path", "node:buffer"];

/** Bytes in gzip at start, some percent above what they are; raise one knowingly. */
const ceilings: Readonly<Record<string, number>> = {
  "create with JWT": 50_000,
  "retrieve with JWT": 40_000,
  retrieve: 38_000,
  queue: 20_000,
};

/**
 * Bundles our handlers by the command line, and looks into the bundles.
 *
 * @throws Error when one holds what it must not, or is too heavy
 */
export async function checkContents(): Promise<void> {
  for (const { name, wanted } of functions) {
    const { parts, gzip } = await bundle("tsverless", wanted);
    const found = parts.filter(part => [...never, ...builtins].includes(part));
    if (found.length > 0) throw new Error(`the bundle of ${name} must not hold ${found.join(", ")}`);
    const ceiling = ceilings[name] as number;
    if (gzip > ceiling) throw new Error(`the bundle of ${name} has ${gzip} bytes at start, over ${ceiling}`);
    note(`${name}: ${gzip} bytes at start in gzip, of ${ceiling}`);
  }
}
