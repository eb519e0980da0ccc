import { existsSync } from "node:fs";
import { parseJson, readText, writeText } from "../shell/shared.ts";
import { chooseFunction } from "../worker/chooseFunction.ts";
import { invokeFunction, type Outcome, statusOf } from "../worker/invoke.ts";
import type { EntryWorker } from "../worker/startWorker.ts";
import { differences, legible, renewed } from "./differences.ts";

/** How one event went. */
export interface Replayed {
  event: string;
  function: string;
  /** It is as expected; without an expectation, nothing was thrown and the status is below 500. */
  ok: boolean;
  /** The HTTP status of the result. */
  status?: number;
  /** What was thrown. */
  errorType?: string;
  ms: number;
  /** Whether there is an expectation. */
  expected: boolean;
  differences: string[];
}

/** How events are replayed. */
export interface ReplayOptions {
  folder: string;
  function: string | undefined;
  timeout: number;
  /** Makes the results the new expectations. */
  update: boolean;
}

/** Where the expectation of an event is: `create.expected.json` of `create.json`. */
export const expectationOf = (path: string): string => path.replace(/\.json$/, ".expected.json");

/** What is compared: the result, or the error without its trace. */
function comparable(outcome: Outcome): unknown {
  if ("result" in outcome) return legible(outcome.result);
  const { errorType, errorMessage } = outcome.error;
  return { errorType, errorMessage };
}

/**
 * Invokes one event of a folder, and compares the result with the expectation beside it.
 *
 * @throws UserError when a file is not JSON, or nothing takes the event
 */
export async function replayEvent(
  host: EntryWorker,
  file: string,
  options: ReplayOptions,
): Promise<Replayed> {
  const path = `${options.folder}/${file}`;
  const event = parseJson(readText("", path), path);
  const name = chooseFunction(host.listing, event, options.function);
  const outcome = await invokeFunction(host, name, event, options.timeout);
  const value = comparable(outcome);
  const beside = expectationOf(path);
  const isExpected = existsSync(beside);
  const old = isExpected ? legible(parseJson(readText("", beside), beside)) : undefined;
  if (options.update) writeText("", beside, `${JSON.stringify(renewed(old, value), null, 2)}\n`);
  const compared = isExpected && !options.update;
  const found = compared ? differences(old, value) : [];
  const failed = "error" in outcome || (statusOf(outcome.result) ?? 0) >= 500;
  const status = "result" in outcome ? statusOf(outcome.result) : undefined;
  return {
    event: file,
    function: name,
    ok: options.update || (compared ? found.length === 0 : !failed),
    ...(status !== undefined && { status }),
    ...("error" in outcome && { errorType: outcome.error.errorType }),
    ms: outcome.ms,
    expected: isExpected || options.update,
    differences: found,
  };
}
