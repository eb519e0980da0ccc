import { isObject } from "../../../src/core/objects.ts";
import { InvocationError } from "./calls.ts";
import type { LambdaError } from "./messages.ts";
import type { EntryWorker } from "./startWorker.ts";

/** How one invocation ended. */
export type Outcome = { ms: number } & ({ result: unknown } | { error: LambdaError });

/** Invokes a function by its name. What it throws is in the outcome. */
export async function invokeFunction(
  host: EntryWorker,
  name: string,
  event: unknown,
  timeout: number,
): Promise<Outcome> {
  const start = performance.now();
  const took = (): number => Math.round(performance.now() - start);
  const call = { type: "invoke", target: { name }, event, context: { functionName: name }, timeout } as const;
  try {
    const result: unknown = JSON.parse(await host.call(call));
    return { ms: took(), result };
  } catch (error) {
    if (!(error instanceof InvocationError)) throw error;
    return { ms: took(), error: error.error };
  }
}

/** The HTTP status of a result, if it has one. */
export const statusOf = (result: unknown): number | undefined =>
  isObject(result) && typeof result.statusCode === "number" ? result.statusCode : undefined;
