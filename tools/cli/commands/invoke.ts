import { text } from "node:stream/consumers";
import { findEntry } from "../entry/findEntry.ts";
import { type Command, defineCommand } from "../shell/command.ts";
import type { Io } from "../shell/io.ts";
import { withProgress } from "../shell/progress.ts";
import { environmentOf, parseJson, readText, shared, timeoutOf } from "../shell/shared.ts";
import { chooseFunction } from "../worker/chooseFunction.ts";
import { invokeFunction, statusOf } from "../worker/invoke.ts";
import { withWorker } from "../worker/withWorker.ts";

async function readEvent(path: string, io: Io): Promise<unknown> {
  if (path === "-") return parseJson(await text(io.input), "What came from stdin");
  return parseJson(readText(io.cwd, path), JSON.stringify(path));
}

/** `tsverless invoke <event>` */
export const invoke: Command = defineCommand({
  name: "invoke",
  summary: "Invokes a handler with one event, and prints what it returns",
  details: `An event of HTTP goes to the API, which finds the route; another event goes to the one handler that there is, or
to the --function. What a handler throws is printed as Lambda reports it, and the exit code is 1.`,
  args: [{ name: "event", description: "A JSON file, - for stdin", required: true }],
  options: {
    entry: shared.entry,
    function: shared.function,
    env: shared.env,
    timeout: shared.timeout,
    json: { type: "boolean", description: "One line of JSON: function, ms, and result or error" },
  },
  examples: [
    ["tsverless invoke event.json", "Invokes the API of this folder"],
    ["tsverless invoke - --entry src/jobs.ts -f nightly < event.json", "Invokes one function"],
  ],
  async run({ args: [path = "-"], options }, io) {
    const timeout = timeoutOf(options.timeout);
    const env = environmentOf(io, options.env);
    const entry = findEntry(io.cwd, options.entry);
    const event = await readEvent(path, io);
    return withWorker(
      io,
      entry,
      async host => {
        const name = chooseFunction(host.listing, event, options.function);
        const outcome = await withProgress(io, `Invoking ${name}`, () =>
          invokeFunction(host, name, event, timeout),
        );
        const failed = "error" in outcome;
        const value = failed ? outcome.error : outcome.result;
        if (options.json) io.out.line(JSON.stringify({ function: name, ...outcome }));
        else io.out.line(JSON.stringify(value, null, 2));
        if (io.err.isTerminal) {
          const end = failed ? outcome.error.errorType : (statusOf(outcome.result) ?? "done");
          io.err.line(io.err.style("dim", `${name} ${end} ${outcome.ms} ms`));
        }
        return failed ? 1 : 0;
      },
      { env },
    );
  },
});
