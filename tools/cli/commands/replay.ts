import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { findEntry } from "../entry/findEntry.ts";
import { expectationOf, type Replayed, replayEvent } from "../replay/replayEvent.ts";
import { type Command, defineCommand, UserError } from "../shell/command.ts";
import type { Io } from "../shell/io.ts";
import { environmentOf, shared, timeoutOf } from "../shell/shared.ts";
import { withWorker } from "../worker/withWorker.ts";

function eventsIn(cwd: string, folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(resolve(cwd, folder));
  } catch {
    throw new UserError(`There is no folder ${JSON.stringify(folder)}`);
  }
  const events = names.filter(name => name.endsWith(".json") && !name.endsWith(expectationOf(".json")));
  if (events.length === 0) throw new UserError(`The folder ${JSON.stringify(folder)} has no events (*.json)`);
  return events.sort();
}

function show({ event, ok, status, errorType, ms, differences }: Replayed, { out }: Io): void {
  const mark = ok ? out.style("green", "ok  ") : out.style("red", "FAIL");
  out.line(`${mark} ${event} ${errorType ?? status ?? "done"} ${ms} ms`);
  for (const line of differences) out.line(`     ${line}`);
}

/** `tsverless replay <folder>` */
export const replay: Command = defineCommand({
  name: "replay",
  summary: "Invokes every event of a folder, in order, and compares the results",
  details: `Events are *.json, in the order of their names; all go to the same worker. What create.json should give is in
create.expected.json, where "<any>" stands for anything. Without it, an event fails when the handler throws or answers
with a status of 500 or more. The exit code is 1 when one failed.`,
  args: [{ name: "folder", description: "The folder with the events", required: true }],
  options: {
    entry: shared.entry,
    function: shared.function,
    update: { type: "boolean", short: "u", description: 'Writes what is expected; "<any>" stays' },
    env: shared.env,
    timeout: shared.timeout,
    json: { type: "boolean", description: "As JSON, when all is done" },
  },
  examples: [["tsverless replay events --update", "Makes today's results the expected ones"]],
  async run({ args: [given = "."], options }, io) {
    const timeout = timeoutOf(options.timeout);
    const env = environmentOf(io, options.env);
    const entry = findEntry(io.cwd, options.entry);
    const events = eventsIn(io.cwd, given);
    const folder = resolve(io.cwd, given);
    const how = { folder, function: options.function, timeout, update: options.update };
    const done = await withWorker(
      io,
      entry,
      async host => {
        const results: Replayed[] = [];
        for (const event of events) {
          const result = await replayEvent(host, event, how);
          if (!options.json) show(result, io);
          results.push(result);
        }
        return results;
      },
      { env },
    );
    const failed = done.filter(({ ok }) => !ok).length;
    if (options.json) io.out.line(JSON.stringify(done, null, 2));
    else io.out.line(`${done.length - failed} passed, ${failed} failed`);
    return failed > 0 ? 1 : 0;
  },
});
