/** The responses of handlers that are written by hand. */
import type { LambdaResult, RawEvent } from "../contenders/contender.ts";
import { errorBody, etagOf, shared } from "./tasks.ts";

/** A response whose body is JSON. */
export const send = (statusCode: number, body: string, more?: Record<string, string>): LambdaResult => ({
  statusCode,
  headers: { ...shared, ...more, "Content-Type": "application/json" },
  body,
});

/** The response to what is refused. */
export const refuse = (code: number, message: string, more?: object): LambdaResult =>
  send(code, JSON.stringify(errorBody(code, message, more)));

/** A response with an entity tag: 304 to who has the same. */
export function sendTagged({ headers }: RawEvent, body: string): LambdaResult {
  const ETag = etagOf(body);
  if (headers["if-none-match"] !== ETag) return send(200, body, { ETag });
  return { statusCode: 304, headers: { ...shared, ETag }, body: "" };
}
