import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { Template } from "../../deploy/plan.ts";
import { deployPlan, type Plan } from "../../deploy/plan.ts";
import { overQuota } from "../../deploy/quotas.ts";
import { samTemplate } from "../../deploy/samTemplate.ts";
import { serverlessTemplate } from "../../deploy/serverlessTemplate.ts";
import { terraformTemplate } from "../../deploy/terraformTemplate.ts";
import { sqliteNotes } from "../build/sqliteNotes.ts";
import { findEntry } from "../entry/findEntry.ts";
import { type Command, defineCommand, UsageError, UserError } from "../shell/command.ts";
import { uniqueNames } from "../shell/names.ts";
import { writeText } from "../shell/shared.ts";
import { toYaml } from "../shell/yaml.ts";
import { withWorker } from "../worker/withWorker.ts";

interface Format {
  readonly file: string;
  readonly make: (plan: Plan) => Template;
  readonly asText: (template: Template) => string | Promise<string>;
  /** What to do with it. */
  readonly next: string;
}

/** CloudFormation and the Serverless Framework know YAML 1.1. */
const asYaml = (template: Template): Promise<string> => toYaml(template, "1.1");

const asJson = (template: Template): string => `${JSON.stringify(template, undefined, 2)}\n`;

const formats = {
  sam: { file: "template.yaml", make: samTemplate, asText: asYaml, next: "sam deploy --guided" },
  serverless: {
    file: "serverless.yml",
    make: serverlessTemplate,
    asText: asYaml,
    next: "TSVERLESS_SECRET_KEY=… serverless deploy",
  },
  terraform: {
    file: "main.tf.json",
    make: terraformTemplate,
    asText: asJson,
    next: "terraform init && TF_VAR_secret_key=… terraform apply",
  },
} satisfies Record<string, Format>;

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

function numberOf(name: string, text: string, from: number, to: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= from && number <= to) return number;
  throw new UsageError(`--${name} must be a whole number from ${from} to ${to}, not ${JSON.stringify(text)}`);
}

/** The name of the project, in what all formats allow. */
function nameOf(root: string): string {
  const manifest = join(root, "package.json");
  const { name } = existsSync(manifest)
    ? (JSON.parse(readFileSync(manifest, "utf8")) as { name?: string })
    : { name: undefined };
  const plain = (name ?? "").replace(/^@[^/]*\//, "").replace(/[^A-Za-z0-9-]+/g, "-");
  return /^[A-Za-z][A-Za-z0-9-]*$/.test(plain) ? plain : "api";
}

function checkedName(name: string): string {
  if (/^[A-Za-z][A-Za-z0-9-]{0,30}$/.test(name)) return name;
  throw new UsageError(
    `--name must be a letter and then letters, digits and dashes, 31 at most, not ${JSON.stringify(name)}`,
  );
}

function checkedRuntime(runtime: string): string {
  if (/^nodejs(2[2-9]|[3-9]\d)\.x$/.test(runtime)) return runtime;
  throw new UsageError(`--runtime must be nodejs22.x or newer, not ${JSON.stringify(runtime)}`);
}

/** `tsverless deploy-template [entry]` */
export const deployTemplate: Command = defineCommand({
  name: "deploy-template",
  summary: "Writes the infrastructure of an API, from its routes: SAM, Serverless Framework or Terraform",
  details: [
    "An HTTP API (payload format 2.0) with a route for each method and path, preflight requests included, the functions",
    "that `tsverless build` wrote with the same --one or --each, their logs, and the URL as an output. The secret key is a",
    "parameter of the deployment and never written down. It is a start: the file is yours to change.",
  ].join("\n"),
  args: [{ name: "entry", description: "The file or folder of the API; the current folder if not given" }],
  options: {
    format: {
      type: "string",
      short: "f",
      value: "name",
      choices: Object.keys(formats),
      description: "What it is for",
      default: "sam",
    },
    one: { type: "boolean", description: "One function for all routes (the default)" },
    each: { type: "boolean", description: "One function for each handler" },
    code: { type: "string", value: "folder", description: "What `tsverless build` wrote", default: "dist" },
    out: {
      type: "string",
      short: "o",
      value: "file",
      description: "The file; - for stdout. By default template.yaml, serverless.yml or main.tf.json",
    },
    force: { type: "boolean", description: "Overwrites the file" },
    name: {
      type: "string",
      value: "name",
      description: "The name of the service; by default that of the package",
    },
    runtime: {
      type: "string",
      value: "name",
      description: "The runtime of the functions",
      default: "nodejs24.x",
    },
    memory: { type: "string", value: "MB", description: "Memory of each function", default: "512" },
    timeout: {
      type: "string",
      value: "seconds",
      description: "Time of each request, 30 at most",
      default: "15",
    },
    retention: {
      type: "string",
      value: "days",
      choices: ["1", "3", "5", "7", "14", "30", "60", "90", "180", "365", "731", "1827", "3653"],
      description: "How long logs are kept",
      default: "30",
    },
  },
  examples: [
    ["tsverless deploy-template src/api.ts --each", "template.yaml for SAM"],
    ["tsverless deploy-template src/api.ts -f terraform -o infra/main.tf.json", "main.tf.json for Terraform"],
  ],
  async run({ args: [given], options }, io) {
    if (options.one && options.each) throw new UsageError("--one and --each exclude each other");
    const format = options.format as keyof typeof formats;
    const { file, make, asText, next } = formats[format];
    const out = options.out ?? file;
    const target = resolve(io.cwd, out);
    const entry = findEntry(io.cwd, given);
    const common = {
      name: checkedName(options.name ?? nameOf(entry.root).slice(0, 31)),
      each: options.each,
      runtime: checkedRuntime(options.runtime),
      memory: numberOf("memory", options.memory, 128, 10_240),
      timeout: numberOf("timeout", options.timeout, 1, 30),
      retention: Number(options.retention),
    };
    if (out !== "-" && !options.force && existsSync(target)) {
      throw new UserError(`${out} is there already; --force overwrites it`);
    }
    const { routes, sqliteFiles } = await withWorker(io, entry, async host => host.listing);
    if (routes.length === 0) throw new UserError(`${relative(io.cwd, entry.file)} has no routes`);
    uniqueNames(routes);
    const code = resolve(io.cwd, options.code);
    const from = out === "-" ? io.cwd : dirname(target);
    const plan = deployPlan(routes, { ...common, code: relative(from, code).replaceAll("\\", "/") || "." });
    const text = await asText(make(plan));
    const { hard, soft } = overQuota(plan, format, text);
    if (hard !== undefined)
      throw new UserError(`${hard}: ${options.each ? "without --each it fits" : "split it"}`);
    const notes = [...(soft === undefined ? [] : [soft]), ...sqliteNotes(sqliteFiles)];
    for (const note of notes) io.err.line(`${io.err.style("yellow", "note:")} ${note}`);
    if (out === "-") {
      io.out.write(text);
      return 0;
    }
    writeText(io.cwd, out, text);
    const count = plan.functions.reduce((sum, one) => sum + one.routes.length, 0);
    io.out.line(`${out}: ${counted(plan.functions.length, "function")}, ${counted(count, "route")}`);
    if (plan.functions.some(one => !existsSync(join(from, one.code, "index.mjs")))) {
      const flag = options.each ? " --each" : "";
      io.err.line(`${io.err.style("yellow", "note:")} The code is not built yet: tsverless build${flag}`);
    }
    io.err.line(`Next: ${next}`);
    return 0;
  },
});
