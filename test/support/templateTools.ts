import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const tools = join(root, "test/packages/templates");
const load = createRequire(join(tools, "package.json"));

/** Whether the parsers are there: `npm run install:templates`. */
export const areToolsInstalled: boolean = ["aws-cdk-lib", "cdktn", "osls"].every(name =>
  existsSync(join(tools, "node_modules", name, "package.json")),
);

/** Says how to get what is missing, or fails where it must be there: with TEMPLATE_TESTS=required. */
export function announceTools(): void {
  if (areToolsInstalled) return;
  const how =
    "test/tools/deploy needs parsers of templates, which are not installed: npm run install:templates";
  if (process.env.TEMPLATE_TESTS === "required") throw new Error(how);
  console.log(`Skipped: ${how}`);
}

type Plain = Record<string, unknown>;
type Class<T> = new (...args: unknown[]) => T;

function inFolder<T>(use: (folder: string) => T, parent = realpathSync(tmpdir())): T {
  const folder = mkdtempSync(join(parent, "template-"));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** Paths of all leaves: `Properties.Events.A.Type`. */
const leaves = (value: unknown, path = ""): string[] =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`))
    : [path];

/** Its specification does not say what is in the `LoggingConfig` of a function of SAM, which is that of Lambda. */
const isKnownGap = (path: string): boolean => path === "Properties.LoggingConfig.LogGroup";

interface Cdk {
  App: Class<{ synth(): { getStackByName(name: string): { template: Plain } } }>;
  Stack: Class<object>;
}
interface Include {
  CfnInclude: Class<{ getResource(id: string): { rawOverrides: Plain } }>;
}
interface Report {
  pluginReports: { violations: { description: string }[] }[];
}

/** Runs something that says on stderr what it writes into a file as well. */
function quietly<T>(work: () => T): T {
  const { error } = console;
  console.error = () => undefined;
  try {
    return work();
  } finally {
    console.error = error;
  }
}

/**
 * Reads a template with the parser of AWS's CDK, which knows the resources of SAM and CloudFormation, their properties
 * and the types and values of these.
 *
 * @param text a template of SAM or CloudFormation, as YAML or JSON
 * @returns what is wrong with it; properties that are unknown, too
 */
export function checkCloudFormation(text: string): string[] {
  const { App, Stack } = load("aws-cdk-lib") as Cdk;
  const { CfnInclude } = load("aws-cdk-lib/cloudformation-include") as Include;
  return inFolder(folder => {
    const templateFile = join(folder, "template.yaml");
    writeFileSync(templateFile, text);
    try {
      const app = new App({ analyticsReporting: false, outdir: join(folder, "out") });
      const included = new CfnInclude(new Stack(app, "Shop"), "Template", { templateFile });
      const { Resources } = quietly(() => app.synth()).getStackByName("Shop").template as {
        Resources: Plain;
      };
      const unknown = Object.keys(Resources).flatMap(id =>
        leaves(JSON.parse(JSON.stringify(included.getResource(id).rawOverrides)))
          .filter(path => path !== "" && !isKnownGap(path))
          .map(path => `${id}: unknown ${path}`),
      );
      const file = join(folder, "out/validation-report.json");
      const { pluginReports } = JSON.parse(readFileSync(file, "utf8")) as Report;
      const violations = pluginReports.flatMap(({ violations: found }) => found);
      return [...unknown, ...violations.map(({ description }) => description)];
    } catch (error) {
      return [(error as Error).message];
    }
  });
}

/** What the Serverless Framework makes of a configuration. */
export interface Packaged {
  error: string | undefined;
  /** Its CloudFormation template, and the resources in there. */
  template: string;
  resources: Record<string, { Type: string; Properties: Plain }>;
  outputs: Plain;
  /** Names of the archives. */
  archives: string[];
}

/**
 * Packages a service with `osls`, the Serverless Framework that needs no login: it validates the configuration, zips the
 * code and makes a CloudFormation template.
 *
 * @param folder has the `serverless.yml` and the code
 */
export function packageServerless(folder: string, env: Record<string, string>): Packaged {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(tools, "node_modules/osls/bin/serverless.js"), "package"],
    { cwd: folder, encoding: "utf8", env: { PATH: process.env.PATH, HOME: folder, ...env } },
  );
  if (status !== 0) {
    const [, error = `${stdout}${stderr}`] = /Error:\n(.*)/.exec(`${stdout}${stderr}`) ?? [];
    return { error, template: "", resources: {}, outputs: {}, archives: [] };
  }
  const template = readFileSync(
    join(folder, ".serverless/cloudformation-template-update-stack.json"),
    "utf8",
  );
  const made = JSON.parse(template);
  const archives = Object.keys(made.Resources)
    .map(id => made.Resources[id].Properties?.Code?.S3Key as string | undefined)
    .filter(key => key !== undefined)
    .map(key => key.split("/").at(-1) as string);
  return { error: undefined, template, resources: made.Resources, outputs: made.Outputs, archives };
}

const pascal = (name: string): string =>
  name.replace(/(?:^|_)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
const camel = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, first: string) => first.toUpperCase());

/** With the names of the bindings; those of maps, such as environment variables, are in capitals. */
function camelKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [camel(key), camelKeys(inner)]));
}

interface Block {
  kind: "resource" | "data";
  type: string;
  name: string;
  /** What the provider knows, without what Terraform itself does. */
  body: Plain;
}

function blocksOf(template: Plain): Block[] {
  const kinds = ["resource", "data"] as const;
  return kinds.flatMap(kind =>
    Object.entries((template[kind] ?? {}) as Record<string, Record<string, Plain>>).flatMap(([type, named]) =>
      Object.entries(named).map(([name, { for_each: _each, depends_on: _order, ...body }]) => ({
        kind,
        type,
        name,
        body,
      })),
    ),
  );
}

/** The class of the provider's bindings, which are made of its schema: `Apigatewayv2Route` for `aws_apigatewayv2_route`. */
function bindingOf({ kind, type }: Block): { module: string; name: string } {
  const [provider = "", ...rest] = type.split("_");
  const own = provider === "aws" ? rest.join("_") : type.slice(provider.length + 1);
  const name = kind === "data" ? `data_${provider}_${own}` : own;
  return { module: `@cdktn/provider-${provider}/lib/${name.replaceAll("_", "-")}`, name: pascal(name) };
}

interface Bindings {
  App: Class<object>;
  TerraformStack: Class<{ toTerraform(): Plain }>;
}

/** Compiles the blocks as calls of the bindings, whose types know which attributes there are, and of what type. */
function typeErrors(blocks: readonly Block[]): string[] {
  return inFolder(
    folder => {
      const calls = blocks.flatMap((block, index) => {
        const { module, name } = bindingOf(block);
        return [
          `import { ${name} as Class${index} } from "${module}";`,
          `new Class${index}(stack, "${block.type}.${block.name}", ${JSON.stringify(camelKeys(block.body))});`,
        ];
      });
      const source = [
        'import type { TerraformStack } from "cdktn";',
        "declare const stack: TerraformStack;",
        ...calls,
      ];
      write(folder, {
        "main.cts": source.join("\n"),
        "package.json": '{ "type": "module" }',
        "tsconfig.json": JSON.stringify({
          compilerOptions: {
            target: "es2023",
            module: "nodenext",
            strict: true,
            noEmit: true,
            skipLibCheck: true,
            types: [],
          },
          files: ["main.cts"],
        }),
      });
      const args = [join(root, "node_modules/typescript/bin/tsc"), "--project", folder, "--pretty", "false"];
      const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
      return stdout.split("\n").filter(line => line.includes("error TS"));
    },
    join(tools, "node_modules"),
  );
}

/** Makes the blocks by the bindings and compares what those write. */
function differences(blocks: readonly Block[]): string[] {
  const { App, TerraformStack } = load("cdktn") as Bindings;
  const stack = new TerraformStack(new App({ stackTraces: false, outdir: tmpdir() }), "shop");
  for (const block of blocks) {
    const { module, name } = bindingOf(block);
    const made = new (load(module)[name] as Class<{ overrideLogicalId(id: string): void }>)(
      stack,
      `${block.kind}.${block.type}.${block.name}`,
      camelKeys(block.body),
    );
    made.overrideLogicalId(block.name);
  }
  const written = JSON.parse(JSON.stringify(stack.toTerraform()));
  return blocks
    .filter(({ kind, type, name, body }) => {
      const { "//": _path, ...same } = (written[kind]?.[type]?.[name] ?? {}) as Plain;
      return !isDeepStrictEqual(same, body);
    })
    .map(({ type, name }) => `${type}.${name} is not what the provider's bindings write`);
}

interface Hcl {
  getReferencesInExpression(file: string, expression: string): Promise<{ value: string }[]>;
}

const texts = (value: unknown): string[] => {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
};

/** Parses all expressions as Terraform does, and looks for what they refer to. */
async function wrongExpressions(template: Plain): Promise<string[]> {
  const { getReferencesInExpression } = load("@cdktn/hcl2json") as Hcl;
  const named = (section: string): string[] => Object.keys((template[section] ?? {}) as Plain);
  const known = new Set([
    "path.module",
    "each.key",
    "each.value",
    ...named("variable").map(name => `var.${name}`),
    ...named("locals").map(name => `local.${name}`),
    ...blocksOf(template).map(({ kind, type, name }) => `${kind === "data" ? "data." : ""}${type}.${name}`),
  ]);
  const isKnown = (reference: string): boolean =>
    [...known].some(name => reference === name || reference.startsWith(`${name}.`));
  const wrong: string[] = [];
  const dependencies = Object.values((template.resource ?? {}) as Record<string, Record<string, Plain>>)
    .flatMap(Object.values)
    .flatMap(({ depends_on }) => (depends_on ?? []) as string[]);
  for (const text of [
    ...texts(template).filter(one => one.includes("${")),
    ...dependencies.map(one => `\${${one}}`),
  ]) {
    try {
      const references = await getReferencesInExpression("main.tf", JSON.stringify(text));
      wrong.push(...references.filter(({ value }) => !isKnown(value)).map(({ value }) => `unknown ${value}`));
    } catch (error) {
      wrong.push((error as Error).message);
    }
  }
  return wrong;
}

/**
 * Checks a Terraform configuration: its blocks against the schemas of the providers, by the bindings that CDK Terrain has
 * of them, and its expressions with Terraform's own parser.
 *
 * @param json the configuration
 * @returns what is wrong with it
 */
export async function checkTerraform(json: string): Promise<string[]> {
  const template = JSON.parse(json) as Plain;
  const blocks = blocksOf(template);
  const wrong = typeErrors(blocks);
  return [...wrong, ...(wrong.length > 0 ? [] : differences(blocks)), ...(await wrongExpressions(template))];
}
