import { deepStrictEqual } from "node:assert/strict";
import type { Case } from "./cases.ts";
import type { Contender, Handler, LambdaResult } from "./contenders/contender.ts";
import { contextOf } from "./context.ts";

const uuid = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g;

/** A response with ids that are made again replaced, and its headers' names in lower case. */
function normalised({ headers, body, ...rest }: LambdaResult): LambdaResult {
  const text = (value: unknown): string => String(value).replaceAll(uuid, "(uuid)");
  const whole = typeof body === "object" ? JSON.stringify(body) : body;
  const sent = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), text(value)]);
  return {
    ...rest,
    headers: Object.fromEntries(sent),
    body: typeof whole === "string" && whole.startsWith("{") ? JSON.parse(text(whole)) : whole,
  };
}

/**
 * Checks that all contenders give the same responses to a case.
 *
 * @returns how many responses were compared
 * @throws AssertionError showing the difference
 */
export async function compareResponses<C extends Pick<Contender<unknown>, "forget">>(
  { name, handler, event, others }: Case<C>,
  contenders: Readonly<Record<string, C>>,
): Promise<number> {
  const events = [() => event(0), () => event(1), ...others];
  const [first, ...rest] = Object.entries(contenders).map(([contender, made]): [string, Handler] => [
    contender,
    handler(made),
  ]) as [[string, Handler], ...[string, Handler][]];
  for (const [index, make] of events.entries()) {
    const expected = normalised(await first[1](make(), contextOf()));
    for (const [contender, handle] of rest) {
      const actual = normalised(await handle(make(), contextOf()));
      deepStrictEqual(actual, expected, `${name}, event ${index}: ${contender} responds unlike ${first[0]}`);
    }
  }
  return events.length;
}
