import { type EventSource, eventOf, type Received, received, type TestRequest } from "./events.ts";

/** What a client makes of a response: its JSON, or its text where it is not JSON. */
export interface TestResponse extends Omit<Received, "body"> {
  body: unknown;
}

function contentOf({ body, headers }: Received): unknown {
  const text = body.toString();
  return /[/+]json$/.test(String(headers["content-type"])) ? JSON.parse(text) : text;
}

/**
 * Invokes a handler as a source does, and takes its response as the client does.
 *
 * @param handler a Lambda handler
 * @param source the kind of event
 * @param request what the client sends; a `body` that is not text goes out as JSON, with that content type
 */
export async function send(
  handler: (event: unknown, context: object) => Promise<unknown>,
  source: EventSource,
  request: Omit<TestRequest, "body"> & { body?: unknown } = {},
): Promise<TestResponse> {
  const { body, headers, ...rest } = request;
  const isJson = body !== undefined && typeof body !== "string" && !(body instanceof Uint8Array);
  const sent: TestRequest = {
    ...rest,
    headers: { ...(isJson && { "Content-Type": "application/json" }), ...headers },
    ...(body !== undefined && { body: isJson ? JSON.stringify(body) : (body as string) }),
  };
  const response = received(source, await handler(eventOf(source, sent), { awsRequestId: "r1" }));
  return { ...response, body: contentOf(response) };
}
