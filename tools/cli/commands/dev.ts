import type { Authorizer } from "../../dev/index.ts";
import type { ServeSource } from "../../dev/routes.ts";
import { untilSignal } from "../../dev/runUntilSignal.ts";
import { sourceNames } from "../dev/announce.ts";
import { devServer } from "../dev/devServer.ts";
import { findEntry } from "../entry/findEntry.ts";
import { type Command, defineCommand } from "../shell/command.ts";
import { entryArgument, environmentOf, jsonOption, portOf, shared, timeoutOf } from "../shell/shared.ts";

function authorizerOf(cwd: string, given: string | undefined): Authorizer | undefined {
  return given === undefined ? undefined : (jsonOption(cwd, "--authorizer", given) as Authorizer);
}

/** `tsverless dev [entry]` */
export const dev: Command = defineCommand({
  name: "dev",
  summary: "Serves an API over HTTP, and loads it again whenever its code changes",
  details: `Handlers get the events of AWS, and run in a worker: each reload begins with fresh state, and a handler that hangs or
exits costs its worker alone. Requests that come during a reload wait for it.`,
  args: [entryArgument],
  options: {
    port: { type: "string", short: "p", value: "number", default: "3000", description: "0 takes a free one" },
    host: { type: "string", value: "name", default: "localhost", description: "Where to listen" },
    "allow-host": {
      type: "string",
      list: true,
      value: "names",
      description: "Names that it answers to besides localhost and --host: app.test,*.app.test",
    },
    source: {
      type: "string",
      short: "s",
      value: "name",
      choices: Object.keys(sourceNames),
      default: "v2",
      description: "Whose events: REST API (v1), HTTP API (v2, http-v1), load balancer, function URL",
    },
    authorizer: {
      type: "string",
      value: "json",
      description:
        'Who calls, as JSON or a file: {"jwt":{"claims":{"sub":"7"}}}, {"lambda":{}} or {"iam":{}}',
    },
    stage: {
      type: "string",
      value: "name",
      description: "A stage that paths may begin with, not on alb and url",
    },
    env: shared.env,
    timeout: shared.timeout,
    "no-watch": { type: "boolean", description: "Never reloads" },
    "no-docs": { type: "boolean", description: "Without /docs and /openapi.json" },
  },
  examples: [
    ["tsverless dev examples/blog", "Serves the blog on http://localhost:3000"],
    ["tsverless dev --source v1 --stage prod", "As a REST API calls it"],
  ],
  async run({ args: [path], options }, io) {
    const env = (): NodeJS.ProcessEnv => environmentOf(io, options.env);
    env(); // A file that is not there is reported before anything runs.
    const server = await devServer(
      {
        entry: findEntry(io.cwd, path),
        port: portOf(options.port),
        host: options.host,
        allowHosts: options["allow-host"],
        source: options.source as ServeSource,
        stage: options.stage,
        authorizer: authorizerOf(io.cwd, options.authorizer),
        timeout: timeoutOf(options.timeout),
        watch: !options["no-watch"],
        docs: !options["no-docs"],
        env,
      },
      io,
    );
    await untilSignal();
    await server.close();
    return 0;
  },
});
