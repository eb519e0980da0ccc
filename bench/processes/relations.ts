/** Checks, counts and measures a list with some of its relations, beside the same written by hand. Prints JSON. */
import { contextOf } from "../common/context.ts";
import { httpEvent } from "../common/events.ts";
import { measure, type Runner } from "../measure.ts";
import type { RelationsContender } from "../relations/contender.ts";
import { countStatements } from "../relations/statements.ts";
import { compareResponses } from "../sameResponses.ts";

const [, , include = "", given = "0"] = process.argv;
const budget = Number(given);

function event(): object {
  const asked = httpEvent({ method: "GET", path: "/posts", limit: "50" }) as Record<"rawQueryString", string>;
  if (include === "") return asked;
  return {
    ...asked,
    rawQueryString: `${asked.rawQueryString}&include=${include}`,
    queryStringParameters: { limit: "50", include },
  };
}

async function load(name: string): Promise<Runner> {
  const { list } = (await import(
    new URL(`../relations/${name}.ts`, import.meta.url).href
  )) as RelationsContender;
  return { name, handle: list(), forget: () => undefined };
}

const runners = [await load("batched"), await load("joined"), await load("tsverless")];
const events = { batch: 50, event, others: [] };
const compared = await compareResponses(`list with ${include || "none"}`, events, runners);
const statements: Record<string, number> = {};
for (const { name, handle } of runners) {
  statements[name] = await countStatements(() => handle(event(), contextOf()));
}
const timings = budget > 0 ? await measure(runners, events, budget) : {};
console.log(JSON.stringify({ compared, statements, timings }));
