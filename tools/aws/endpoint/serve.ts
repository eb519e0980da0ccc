import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { isObject } from "../../../src/core/objects.ts";
import { QueueError } from "../queues/types.ts";
import { act, type Endpoint } from "./actions.ts";

/** An endpoint of SQS that is listening. */
export interface QueueServer {
  /** For `new SQSClient({ endpoint })`. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Ten messages of 1 MiB in JSON can't be longer. */
const longestRequest = 16_000_000;

/** What clients of the older protocol call an error, which clients of this one look for in a header. */
const olderNames: Readonly<Record<string, string>> = {
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
  EmptyBatchRequest: "AWS.SimpleQueueService.EmptyBatchRequest",
  TooManyEntriesInBatchRequest: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
  BatchEntryIdsNotDistinct: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
  BatchRequestTooLong: "AWS.SimpleQueueService.BatchRequestTooLong",
  InvalidBatchEntryId: "AWS.SimpleQueueService.InvalidBatchEntryId",
  MessageNotInflight: "AWS.SimpleQueueService.MessageNotInflight",
  UnsupportedOperation: "AWS.SimpleQueueService.UnsupportedOperation",
};

async function bodyOf(request: IncomingMessage): Promise<object> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestRequest) throw new QueueError("RequestEntityTooLarge", "The request is too long.");
    chunks.push(chunk);
  }
  try {
    const input: unknown = JSON.parse(Buffer.concat(chunks).toString());
    if (isObject(input)) return input;
  } catch {}
  throw new QueueError("SerializationException", "The request is not a JSON object.");
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    "content-type": "application/x-amz-json-1.0",
    "x-amzn-requestid": randomUUID(),
    "x-content-type-options": "nosniff",
    ...headers,
  });
  response.end(JSON.stringify(body));
}

/** A web site may let its own name lead to this address, and is another host then. */
const isLocal = (host: string | undefined): boolean =>
  /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(host ?? "");

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  endpoint: Endpoint,
): Promise<void> {
  const target = /^AmazonSQS\.(\w+)$/.exec(String(request.headers["x-amz-target"]))?.[1];
  if (!isLocal(request.headers.host))
    return send(response, 421, { message: "This endpoint answers to localhost alone" });
  if (request.method !== "POST" || target === undefined) {
    return send(response, 404, { message: "This is an endpoint of SQS, for clients of its JSON protocol" });
  }
  try {
    send(response, 200, await act(target, await bodyOf(request), endpoint));
  } catch (error) {
    if (!(error instanceof QueueError)) throw error;
    const { code, message } = error;
    const older = `${olderNames[code] ?? code};Sender`;
    send(response, 400, { __type: `com.amazonaws.sqs#${code}`, message }, { "x-amzn-query-error": older });
  }
}

/**
 * Serves queues to clients of SQS, in its JSON protocol, on this machine alone. Signatures are not checked.
 *
 * @param port 0 takes any that is free
 * @throws Error when the port can't be had
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
 */
export async function serveSqs(world: Omit<Endpoint, "url">, port: number): Promise<QueueServer> {
  let url = "";
  const server = createServer((request, response) => {
    respond(request, response, { ...world, url }).catch(() => {
      if (!response.headersSent)
        send(response, 500, { __type: "InternalError", message: "The emulator failed" });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint: url,
    close() {
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}
