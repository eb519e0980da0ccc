/** Checks and measures one case, in a process of its own as a Lambda function would be. Prints JSON. */

import { cases } from "./cases.ts";
import type { Contender } from "./contenders/contender.ts";
import * as middy from "./contenders/middy.ts";
import * as raw from "./contenders/raw.ts";
import { guard } from "./contenders/rawGuard.ts";
import * as tsverless from "./contenders/tsverless.ts";
import { measure } from "./measure.ts";
import { compareResponses } from "./sameResponses.ts";

const contenders = {
  raw: { ...raw, guard },
  middy: { ...middy, guard },
  tsverless,
} as unknown as Readonly<Record<string, Contender<unknown>>>;

const [, , name, budget] = process.argv;
const found = cases.find(one => one.name === name);
if (found === undefined) throw new Error(`no case is named "${name}"`);
const compared = await compareResponses(found, contenders);
const timings = await measure(found, contenders, Number(budget));
console.log(JSON.stringify({ compared, timings }));
