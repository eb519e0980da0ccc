import { type Entry, findEntry, shownPath } from "../entry/findEntry.ts";
import { type Command, defineCommand, UsageError, UserError } from "../shell/command.ts";
import type { Io } from "../shell/io.ts";
import { entryArgument, environmentOf, jsonOption, shared, writeText } from "../shell/shared.ts";
import { toYaml } from "../shell/yaml.ts";
import { InvocationError } from "../worker/calls.ts";
import { withWorker } from "../worker/withWorker.ts";

/** The options of `api.openapi`: an ARN is short for the function of all routes. */
function gatewayOption(cwd: string, given: string | undefined): object {
  if (given === undefined) return {};
  const isArn = given.startsWith("arn:");
  return { apiGateway: isArn ? { lambda: given } : jsonOption(cwd, "--api-gateway", given) };
}

/** What the options of the document can't take was on the command line. */
function documentError(entry: string, { message }: InvocationError): UserError {
  const wrong = message
    .replace(/^openapi: option "apiGateway"/, "--api-gateway")
    .replace(/^openapi: option/, "--api-gateway: option");
  if (wrong !== message) return new UsageError(wrong);
  return new UserError(`${entry} has no such document: ${message}`);
}

function makeDocument(io: Io, entry: Entry, env: NodeJS.ProcessEnv, options: object): Promise<string> {
  const name = shownPath(io.cwd, entry.file);
  return withWorker(
    io,
    entry,
    async ({ listing, call }) => {
      if (!listing.hasDocument) {
        throw new UserError(`${name} exports no api(...), and only that has a document`);
      }
      try {
        return await call({ type: "document", options });
      } catch (error) {
        if (!(error instanceof InvocationError)) throw error;
        throw documentError(name, error);
      }
    },
    { env },
  );
}

/** `tsverless openapi [entry]` */
export const openapi: Command = defineCommand({
  name: "openapi",
  summary: "Prints the OpenAPI 3.1 document of an API, or writes it to a file",
  args: [entryArgument],
  options: {
    out: {
      type: "string",
      short: "o",
      value: "file",
      description: "Where it is written; .yaml and .yml are YAML",
    },
    yaml: { type: "boolean", description: "As YAML" },
    "api-gateway": {
      type: "string",
      value: "json",
      description:
        'What API Gateway imports: the ARN of the function, or {"lambda":…,"type":"rest"}, or a file with it',
    },
    json: { type: "boolean", description: "As JSON, whatever the file is called (the default)" },
    env: shared.env,
  },
  examples: [
    ["tsverless openapi examples/blog --out openapi.json", "Writes a file"],
    ["tsverless openapi --yaml | less", "Shows it"],
  ],
  async run({ args: [path], options: { out, yaml, json, ...options } }, io) {
    if (yaml && json) throw new UsageError("--yaml and --json exclude each other");
    const env = environmentOf(io, options.env);
    const gateway = gatewayOption(io.cwd, options["api-gateway"]);
    const document: unknown = JSON.parse(await makeDocument(io, findEntry(io.cwd, path), env, gateway));
    const isYaml = yaml || (!json && out !== undefined && /\.ya?ml$/i.test(out));
    const text = isYaml ? await toYaml(document) : `${JSON.stringify(document, null, 2)}\n`;
    if (out === undefined) io.out.write(text);
    else writeText(io.cwd, out, text);
    return 0;
  },
});
