import { deepStrictEqual } from "node:assert/strict";
import type { Events } from "./cases.ts";
import { contextOf } from "./common/context.ts";
import type { LambdaResult } from "./contenders/contender.ts";
import type { Runner } from "./measure.ts";

const uuid = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g;
const compared = [
  "content-type",
  "location",
  "etag",
  "access-control-allow-origin",
  "x-content-type-options",
];

const text = (value: unknown): string => String(value).replaceAll(uuid, "(uuid)");

/** Of REST APIs, some frameworks give lists. */
function headersOf({ headers, multiValueHeaders }: LambdaResult): [string, string][] {
  const all = Object.entries({ ...(multiValueHeaders as object), ...(headers as object) });
  return all.map(([name, value]) => [name.toLowerCase(), text([value].flat()[0])]);
}

/** The words for what is wrong with a value are each library's own. */
function bodyOf(body: unknown): unknown {
  const whole = typeof body === "object" ? JSON.stringify(body) : body;
  if (typeof whole !== "string" || !/^[[{]/.test(whole)) return whole;
  const { errors, ...rest } = JSON.parse(text(whole));
  return { ...rest, ...(errors && { errors: errors.length > 0 }) };
}

/**
 * What responses have in common that are equal: status, body, and the headers that matter, with new ids replaced. Frameworks
 * send other headers besides, and `charset=utf-8` or not.
 */
function normalised(result: LambdaResult): object {
  const { statusCode, body, batchItemFailures } = result;
  if (statusCode === undefined) return { batchItemFailures, body: bodyOf(body) };
  const sent = headersOf(result).filter(([name]) => compared.includes(name));
  const headers = Object.fromEntries(sent.map(([name, value]) => [name, value.split(";")[0]]));
  // A body of no bytes has no type.
  if (statusCode === 304) delete headers["content-type"];
  return { statusCode, headers, body: bodyOf(body) };
}

/**
 * Checks that all runners give the same responses.
 *
 * @returns how many responses were compared
 * @throws AssertionError showing the difference
 */
export async function compareResponses(
  name: string,
  { event, others }: Pick<Events, "event" | "others">,
  runners: readonly Runner[],
): Promise<number> {
  const events = [() => event(0), () => event(1), ...others];
  const [first, ...rest] = runners as [Runner, ...Runner[]];
  for (const [index, make] of events.entries()) {
    const expected = normalised(await first.handle(make(), contextOf()));
    for (const runner of rest) {
      const actual = normalised(await runner.handle(make(), contextOf()));
      deepStrictEqual(
        actual,
        expected,
        `${name}, event ${index}: ${runner.name} responds unlike ${first.name}`,
      );
    }
  }
  for (const { forget } of runners) await forget();
  return events.length;
}
