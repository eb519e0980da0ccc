import { findEntry } from "../entry/findEntry.ts";
import { type Command, defineCommand } from "../shell/command.ts";
import { entryArgument, environmentOf, shared } from "../shell/shared.ts";
import { writeTable } from "../shell/table.ts";
import { withWorker } from "../worker/withWorker.ts";

const guards = ["authUser", "permit"];

/** `tsverless routes [entry]` */
export const routes: Command = defineCommand({
  name: "routes",
  summary: "Lists the routes of an API, with the names of their handlers",
  args: [entryArgument],
  options: {
    env: shared.env,
    json: { type: "boolean", description: "As JSON, with the middlewares of each" },
  },
  examples: [["tsverless routes examples/blog", "What the blog answers to"]],
  async run({ args: [entry], options }, io) {
    const env = environmentOf(io, options.env);
    const { routes: found, isWrapped } = await withWorker(
      io,
      findEntry(io.cwd, entry),
      async host => host.listing,
      {
        env,
      },
    );
    if (options.json) {
      const list = found.map(({ method, path, name, chain }) => ({ method, path, name, chain }));
      io.out.line(JSON.stringify(list, null, 2));
      return 0;
    }
    const rows = found.map(({ key, method, path, name, chain }) => [
      method || key,
      path,
      name,
      guards.filter(guard => chain.includes(guard)).join(", ") || "–",
    ]);
    writeTable(io.out, ["METHOD", "PATH", "NAME", "GUARDS"], rows);
    if (isWrapped) io.out.line("All of them are reached through the exported handler and its middlewares");
    return 0;
  },
});
