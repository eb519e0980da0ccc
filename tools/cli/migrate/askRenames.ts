import type { MigrationPlan } from "../../../src/models/sql/migrate/index.ts";
import type { Io } from "../shell/io.ts";

/** Reads lines of what somebody types. */
function lineReader(input: Io["input"]): () => Promise<string> {
  const pieces = input[Symbol.asyncIterator]();
  let text = "";
  return async function readLine() {
    while (!text.includes("\n")) {
      const { value, done } = await pieces.next();
      if (done) break;
      text += String(value);
    }
    const [line = "", ...rest] = text.split("\n");
    text = rest.join("\n");
    return line.trim();
  };
}

/**
 * Asks, on a terminal, which missing columns and tables are there under old names. A rename is never guessed.
 *
 * @returns those that were meant, as the option `rename` has them
 */
export async function askRenames(
  { renames }: MigrationPlan,
  { err, input }: Io,
): Promise<Record<string, string>> {
  const meant: Record<string, string> = {};
  const taken = new Set<string>();
  const others: string[] = [];
  const readLine = lineReader(input);
  for (const { from, to } of renames) {
    const target = `${from.slice(0, from.lastIndexOf(".") + 1)}${to}`;
    if (Object.hasOwn(meant, from) || taken.has(target)) continue;
    // Of a table that is another one its columns are too.
    if (others.some(table => from.startsWith(`${table}.`))) continue;
    err.write(`Is ${to} the new name of ${from}, which no model has? [y/N] `);
    if (/^y(?:es)?$/i.test(await readLine())) {
      meant[from] = to;
      taken.add(target);
    } else others.push(to);
  }
  return meant;
}
