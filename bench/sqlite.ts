/**
 * Compares `sqlModel` on `sqlite()`, asked directly and through the generics, with statements written by hand and prepared
 * once on the same SQLite. `--short` only proves that it works.
 */
import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { type Case, get, page, post } from "./cases.ts";
import type { Handler } from "./contenders/contender.ts";
import type { SqliteContender } from "./contenders/sqliteContender.ts";
import * as raw from "./contenders/sqliteRaw.ts";
import * as tsverless from "./contenders/sqliteTsverless.ts";
import { measure } from "./measure.ts";
import { type Measured, timingTable } from "./report.ts";
import { compareResponses } from "./sameResponses.ts";
import { seeds, type User } from "./users.ts";

const contenders: Readonly<Record<string, SqliteContender>> = { raw, tsverless };
const someone = (seeds[7] as User).id;
const { id: _id, ...ada } = { ...(seeds[0] as User), email: "ada@example.com", name: "Ada Lovelace" };

/** Asks a model as if it were a handler: what it gives is the body. */
const asking =
  <Event>(ask: (contender: SqliteContender, event: Event) => Promise<unknown>) =>
  (contender: SqliteContender): Handler =>
  async event => ({ body: await ask(contender, event as Event) });

const cases: readonly Case<SqliteContender>[] = [
  {
    name: "model: get",
    batch: 400,
    handler: asking(({ users }, { id }: User) => users.get(id)),
    event: () => ({ id: someone }),
    others: [() => ({ id: "nobody" })],
  },
  {
    name: "model: create",
    batch: 200,
    handler: asking(({ users }, data: Omit<User, "id">) => users.create(data)),
    event: () => ({ ...ada }),
    others: [() => ({ ...ada, age: undefined })],
  },
  {
    name: "model: page of 50",
    batch: 100,
    handler: asking(({ users }, request: { limit: number }) => users.page(request)),
    event: () => ({ limit: 50 }),
    others: [],
  },
  {
    name: "handler: retrieve",
    batch: 400,
    handler: contender => contender.retrieve(),
    event: () => get(someone),
    others: [() => get("nobody"), () => get(someone, { "if-none-match": '"old"' })],
  },
  {
    name: "handler: create",
    batch: 200,
    handler: contender => contender.create(),
    event: () => post(JSON.stringify(ada)),
    others: [() => post("{}"), () => post("{"), () => post(JSON.stringify({ ...ada, age: undefined }))],
  },
  {
    name: "handler: list of 50",
    batch: 100,
    handler: contender => contender.list(),
    event: () => page("50"),
    others: [() => page("0")],
  },
];

const { values, positionals } = parseArgs({
  options: { short: { type: "boolean" } },
  allowPositionals: true,
});
const budget = values.short ? 150 : 4500;

/** Each case has a process of its own, in which the contenders take turns. */
function measured({ name }: Case<SqliteContender>): Measured {
  const { execPath, argv } = process;
  return JSON.parse(execFileSync(execPath, [...argv.slice(1), name], { encoding: "utf8" })) as Measured;
}

const found = cases.find(({ name }) => name === positionals[0]);
if (found === undefined) {
  console.log(timingTable(cases.map(measured)));
} else {
  const compared = await compareResponses(found, contenders);
  console.error(`${found.name}: ${compared} responses are equal`);
  console.log(JSON.stringify({ name: found.name, timings: await measure(found, contenders, budget) }));
}
