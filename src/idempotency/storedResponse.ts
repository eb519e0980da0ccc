import { addHeader, cleanValue, fillHeaders, type HeaderBag, headersOfReady } from "../http/headers.ts";
import type { HttpResult } from "../http/types.ts";

type Headers = Readonly<Record<string, string>>;

/** A response in no source's form. */
interface StoredResponse {
  status: number;
  headers: [name: string, values: string[]][];
  body: string;
  base64: boolean;
}

/** What the layers outside gave the response is left out: they give it again, for the request of that time. */
function withoutGiven(bag: HeaderBag, given: Headers): void {
  for (const [name, value] of Object.entries(given)) {
    const lower = name.toLowerCase();
    const values = bag.get(lower)?.values;
    const clean = cleanValue(value);
    if (values === undefined) continue;
    const others = lower === "set-cookie" ? values.filter(other => other !== clean) : values;
    if (others.length === 0 || others.join(", ") === clean) bag.delete(lower);
    else bag.set(lower, { name, values: others });
  }
}

/**
 * Writes a response as text that can be stored.
 *
 * @param result the final response
 * @param given the headers that layers outside had handed over before, CORS headers for example
 */
export function writeStoredResponse(result: HttpResult, given: Headers = {}): string {
  const bag = headersOfReady({ ...result });
  withoutGiven(bag, given);
  const response: StoredResponse = {
    status: result.statusCode,
    headers: [...bag.values()].map(({ name, values }) => [name, values]),
    body: result.body,
    base64: result.isBase64Encoded === true,
  };
  return JSON.stringify(response);
}

/**
 * Reads what {@link writeStoredResponse} wrote: a ready response for whatever source.
 *
 * @param headers more headers, under those of the response
 */
export function readStoredResponse(text: string, headers: Headers): Record<string, unknown> {
  const { status, body, base64, headers: stored } = JSON.parse(text) as StoredResponse;
  const bag: HeaderBag = new Map();
  for (const [name, values] of stored) for (const value of values) addHeader(bag, name, value);
  fillHeaders(bag, headers);
  const lists = [...bag.values()].map(({ name, values }) => [name, values]);
  return { statusCode: status, headers: lists, body, isBase64Encoded: base64 };
}
