import { extname } from "node:path";
import type { MigrationPlan, MigrationStatus } from "../../../src/models/sql/migrate/index.ts";
import { findEntry } from "../entry/findEntry.ts";
import { askRenames } from "../migrate/askRenames.ts";
import { migrationFiles, writeMigration } from "../migrate/files.ts";
import { showPlan } from "../migrate/show.ts";
import { type Command, defineCommand, UsageError, UserError } from "../shell/command.ts";
import type { Io } from "../shell/io.ts";
import { entryArgument, environmentOf, shared } from "../shell/shared.ts";
import { suggest } from "../shell/suggest.ts";
import { writeTable } from "../shell/table.ts";
import { InvocationError } from "../worker/calls.ts";
import type { MigrationCall } from "../worker/messages.ts";
import { dynamoModule, migrateModule } from "../worker/migrations.ts";
import { withWorker } from "../worker/withWorker.ts";

const actions = ["plan", "write", "up", "down", "status"] as const;

type Action = (typeof actions)[number];
type Ask = (action: MigrationCall["action"], rename?: Record<string, string>) => Promise<unknown>;

function actionOf(text: string): Action {
  const found = actions.find(action => action === text);
  if (found !== undefined) return found;
  const guess = suggest(text, actions);
  const hint = guess === undefined ? `it is one of ${actions.join(", ")}` : `did you mean "${guess}"?`;
  throw new UsageError(`migrate has no ${JSON.stringify(text)}; ${hint}`);
}

/** Reads `tasks.name=title`, `posts.text=body` and `Task=tasks`. */
function renamesOf(pairs: readonly string[]): Record<string, string> {
  const renames = new Map<string, string>();
  for (const pair of pairs) {
    const [from, to, ...more] = pair.split("=").map(name => name.trim());
    if (!from || !to || more.length > 0)
      throw new UsageError(`--rename must be like tasks.name=title, not ${JSON.stringify(pair)}`);
    const other = renames.get(from);
    if (other !== undefined && other !== to)
      throw new UsageError(`--rename ${from}=${other} and ${from}=${to} exclude each other`);
    renames.set(from, to);
  }
  return Object.fromEntries(renames);
}

function nameOf(text: string): string {
  if (/^\w[\w-]*$/.test(text)) return text;
  throw new UsageError(`--name must be of letters, digits, _ and -, not ${JSON.stringify(text)}`);
}

async function planOf(ask: Ask, io: Io, json: boolean): Promise<MigrationPlan> {
  const plan = (await ask("plan")) as MigrationPlan;
  if (plan.renames.length === 0 || json) return plan;
  if (!io.err.isTerminal) {
    const pairs = plan.renames.map(({ from, to }) => `${from}=${to}`).join(",");
    io.err.line(`Nothing is taken for renamed unless you say so: --rename ${pairs}`);
    return plan;
  }
  const meant = await askRenames(plan, io);
  return Object.keys(meant).length === 0 ? plan : ((await ask("plan", meant)) as MigrationPlan);
}

interface Written {
  folder: string;
  name: string;
  extension: string;
  all: boolean;
}

async function write(ask: Ask, io: Io, { all, ...where }: Written): Promise<number> {
  const { pending } = (await ask("status")) as MigrationStatus;
  if (pending.length > 0) {
    throw new UserError(`${pending.join(", ")} did not run yet: run "tsverless migrate up" first`);
  }
  const { steps } = await planOf(ask, io, false);
  for (const { table, does, byHand } of steps) {
    if (byHand !== undefined) io.err.line(`Not written: ${table}: ${does}: ${byHand}`);
  }
  const open = steps.filter(({ byHand }) => byHand === undefined);
  const phase = open[0]?.phase;
  const now = all ? open : open.filter(step => step.phase === phase);
  if (now.length === 0) {
    io.out.line(steps.length > 0 ? "Nothing is written" : "The database is as the models want it");
    return steps.length > 0 ? 1 : 0;
  }
  io.out.line(writeMigration(io.cwd, where, now));
  const later = open.length - now.length;
  if (later > 0) {
    io.err.line(`${later} more when no old code runs any more: run this again then, or now with --all`);
  }
  return 0;
}

async function run(action: Action, ask: Ask, io: Io, json: boolean, where: Written): Promise<number> {
  if (action === "write") return write(ask, io, where);
  if (action === "plan") {
    const plan = await planOf(ask, io, json);
    if (json) io.out.line(JSON.stringify(plan, null, 2));
    else showPlan(plan, io.out);
    return plan.steps.length > 0 ? 1 : 0;
  }
  const result = await ask(action);
  if (json) io.out.line(JSON.stringify(result, null, 2));
  else if (action === "status") {
    const { applied, pending } = result as MigrationStatus;
    const rows = [...applied.map(name => [name, "applied"]), ...pending.map(name => [name, "pending"])];
    writeTable(io.out, ["MIGRATION", "STATE"], rows);
  } else {
    const done = [result ?? []].flat() as string[];
    for (const name of done) io.out.line(`${action === "up" ? "Applied" : "Took back"} ${name}`);
    if (done.length === 0) io.out.line("There is nothing to do");
  }
  return 0;
}

/** Does the work of an action. Of `plan` the exit code 1 says that there is something to do, so that a failure of it is 2. */
async function failingAs(action: Action, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    throw action === "plan" ? Object.assign(error as Error, { exitCode: 2 }) : error;
  }
}

/** `tsverless migrate <action> [entry]` */
export const migrate: Command = defineCommand({
  name: "migrate",
  summary: "Compares models with their database, writes migrations, and runs them",
  details: `plan     shows what would make the database what the models want; the exit code is 1 when there is something, 2 when it failed
write    puts the next steps into a file: those before the new code, and when there are none those after the old one
up       runs the files that did not run yet, each in a transaction where the database can, under a lock
down     takes the last one back
status   lists them
The models are those that the entry makes when it is loaded. Of those on DynamoDB plan says what their tables lack. Nothing is renamed or dropped unless you say so.`,
  args: [{ name: "action", description: actions.join(", "), required: true }, entryArgument],
  options: {
    dir: { type: "string", value: "folder", description: "Where the files are", default: "migrations" },
    name: { type: "string", value: "name", description: "What a file is about", default: "change" },
    rename: {
      type: "string",
      list: true,
      value: "names",
      description: "Columns and tables with new names, like tasks.name=title",
    },
    drop: {
      type: "string",
      list: true,
      value: "names",
      description: "Columns, indexes, foreign keys (like tasks.note) and whole tables that may go",
    },
    all: { type: "boolean", description: "Writes all steps into one file, for when no old code runs" },
    env: shared.env,
    json: { type: "boolean", description: "As JSON" },
  },
  examples: [
    ["tsverless migrate plan src", "What is to be done"],
    ["tsverless migrate write --name due --rename tasks.name=title", "A file to read and to edit"],
    ["tsverless migrate up --env production.env", "Runs it"],
  ],
  async run({ args: [given = "", path], options }, io) {
    const action = actionOf(given);
    return failingAs(action, async () => {
      const rename = renamesOf(options.rename);
      const { drop } = options;
      const entry = findEntry(io.cwd, path);
      const isTypeScript = /\.m?ts$/.test(entry.file);
      const where = {
        folder: options.dir,
        name: nameOf(options.name),
        extension: isTypeScript ? ".ts" : extname(entry.file),
        all: options.all,
      };
      const files = action === "plan" ? [] : migrationFiles(io.cwd, options.dir);
      return withWorker(
        io,
        entry,
        async ({ call }) => {
          const ask: Ask = async (asked, meant = {}) => {
            try {
              const given = { rename: { ...rename, ...meant }, drop };
              return JSON.parse(await call({ type: "migrate", action: asked, options: given, files }));
            } catch (error) {
              if (!(error instanceof InvocationError)) throw error;
              throw new UserError(error.message.replace(/^(?:planMigration|migrat\w+): /, ""));
            }
          };
          return run(action, ask, io, options.json, where);
        },
        {
          env: environmentOf(io, options.env),
          modules: [migrateModule, dynamoModule, ...files],
          schemasOnly: true,
        },
      );
    });
  },
});
