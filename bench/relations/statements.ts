import { StatementSync } from "node:sqlite";

type Run = (...values: unknown[]) => unknown;

const methods = ["all", "get", "iterate", "run"] as const;

/**
 * Counts the statements that the SQLite of Node runs in the meantime, whoever asks it.
 *
 * @returns how many
 */
export async function countStatements(run: () => Promise<unknown>): Promise<number> {
  const prototype = StatementSync.prototype as unknown as Record<string, Run>;
  const own = methods.map((method): [string, Run] => [method, prototype[method] as Run]);
  let count = 0;
  for (const [method, original] of own) {
    prototype[method] = function counted(this: unknown, ...values) {
      count += 1;
      return original.apply(this, values);
    };
  }
  try {
    await run();
  } finally {
    for (const [method, original] of own) prototype[method] = original;
  }
  return count;
}
