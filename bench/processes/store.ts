/**
 * Checks and measures one case of a model of a database, beside the same written by hand with the database's own client.
 * Prints JSON.
 */
import type { Events } from "../cases.ts";
import { ada, get, page, post } from "../common/events.ts";
import type { Handler } from "../contenders/contender.ts";
import { measure, type Runner } from "../measure.ts";
import { compareResponses } from "../sameResponses.ts";
import type { StoreContender, Users } from "../stores/storeContender.ts";

interface Case extends Events {
  handler(contender: StoreContender): Handler | undefined;
}

/** Asks a model as if it were a handler: what it gives is the body. */
const asking =
  <Event>(ask: (users: Users, event: Event) => Promise<unknown>) =>
  ({ users }: StoreContender): Handler =>
  async event => ({ body: await ask(users, event as Event) });

const someone = "user-07";

const cases: Readonly<Record<string, Case>> = {
  "model: get": {
    batch: 400,
    handler: asking((users, { id }: { id: string }) => users.get(id)),
    event: () => ({ id: someone }),
    others: [() => ({ id: "nobody" })],
  },
  "model: create": {
    batch: 200,
    handler: asking((users, data: typeof ada) => users.create(data)),
    event: () => ({ ...ada }),
    others: [() => ({ ...ada, age: undefined })],
  },
  "model: page of 50": {
    batch: 100,
    handler: asking((users, request: { limit: number }) => users.page(request)),
    event: () => ({ limit: 50 }),
    others: [],
  },
  "handler: retrieve": {
    batch: 400,
    handler: contender => contender.retrieve?.(),
    event: () => get(someone),
    others: [() => get("nobody"), () => get(someone, { "if-none-match": '"old"' })],
  },
  "handler: create": {
    batch: 200,
    handler: contender => contender.create?.(),
    event: () => post(JSON.stringify(ada)),
    others: [() => post("{}"), () => post("{"), () => post(JSON.stringify({ ...ada, age: undefined }))],
  },
  "handler: list of 50": {
    batch: 100,
    handler: contender => contender.list?.(),
    event: () => page("50"),
    others: [() => page("0")],
  },
};

const [, , store = "", name = "", given = "0", batch] = process.argv;
const budget = Number(given);
const found = cases[name];
if (found === undefined) throw new Error(`no case is named "${name}"`);
const load = async (contender: string): Promise<StoreContender> =>
  (await import(new URL(`../stores/${store}${contender}.ts`, import.meta.url).href)) as StoreContender;
const contenders = { raw: await load("Raw"), tsverless: await load("Tsverless") };
const runners = Object.entries(contenders).flatMap(([contender, made]): Runner[] => {
  const handle = found.handler(made);
  return handle === undefined ? [] : [{ name: contender, handle, forget: made.forget }];
});
const compared = await compareResponses(name, found, runners);
const events = batch === undefined ? found : { ...found, batch: Number(batch) };
const timings = budget > 0 ? await measure(runners, events, budget) : {};
for (const { stop } of Object.values(contenders)) await stop?.();
console.log(JSON.stringify({ compared, timings }));
