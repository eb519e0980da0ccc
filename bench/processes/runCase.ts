/** Checks and measures one case, in a process of its own as a Lambda function would be. Prints JSON. */
import { cases, restCases } from "../cases.ts";
import { type Entry, entries, handlerOf } from "../contenders/table.ts";
import { measure, type Runner } from "../measure.ts";
import { compareResponses } from "../sameResponses.ts";

const [, , name, given = "0"] = process.argv;
const budget = Number(given);
const found = [...cases, ...restCases].find(one => one.name === name);
if (found === undefined) throw new Error(`no case is named "${name}"`);

const runners: Runner[] = [];
for (const [contender, entry] of Object.entries(entries)) {
  const made = await handlerOf(entry, found.wanted);
  if (made !== undefined) runners.push({ name: contender, ...made });
}
const compared = await compareResponses(found.name, found, runners);
if (found.base !== undefined) {
  const base = await handlerOf(entries.raw as Entry, found.base);
  runners.unshift({ ...(base as Runner), name: "base" });
}
const { base, ...timings } = budget > 0 ? await measure(runners, found, budget) : {};
console.log(JSON.stringify({ compared, timings }));
