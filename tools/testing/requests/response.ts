import type { GatewayResponse } from "../../emulator/types.ts";

/** What the client gets. */
export interface TestResponse<Body = unknown> {
  readonly status: number;
  readonly headers: Headers;
  /** Each `Set-Cookie`, as it was sent. */
  readonly cookies: readonly string[];
  /** Parsed when it is JSON by its content type and in fact, else the text; `undefined` when it is empty. */
  readonly body: Body;
  readonly text: string;
  readonly bytes: Uint8Array;
}

const jsonType = /^[^;]*[/+]json\s*(;|$)/i;

function bodyOf(text: string, type: string | null): unknown {
  if (text === "") return undefined;
  if (type === null || !jsonType.test(type)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A response without content has none, whatever the function returned (RFC 9110 sections 6.4.1 and 9.3.2). */
const isBodiless = (method: string, status: number): boolean =>
  method === "HEAD" || status === 204 || status === 304;

/** The response as a client sees it. */
export function testResponse<Body>(
  method: string,
  { status, headers, body }: GatewayResponse,
): TestResponse<Body> {
  const bytes = isBodiless(method, status) ? Buffer.alloc(0) : body;
  const text = bytes.toString();
  const seen = new Headers(headers);
  return {
    status,
    headers: seen,
    cookies: seen.getSetCookie(),
    body: bodyOf(text, seen.get("content-type")) as Body,
    text,
    bytes,
  };
}
