import { isObject, isRecord } from "../../core/objects.ts";
import type { AttributeValue, DynamoPort, Item, Operation, Operations } from "./api.ts";

/** What `awsLite()` of `@aws-lite/client` resolves to, by its shape: plugins are not needed. */
export type AwsLiteClient = (request: {
  service: string;
  headers: Record<string, string>;
  payload: string;
}) => Promise<{ statusCode: number; headers: Record<string, string>; payload: object }>;

/** The library waits for ever: for a peer that is silent, and for the rest of a response that was cut off. */
const timeout = 10_000;

/** The attributes are there as JSON has them: bytes are text. */
type Payload = {
  Item?: Item;
  Items?: Item[];
  Attributes?: Item;
  LastEvaluatedKey?: Item;
  Responses?: Record<string, Item[]>;
  UnprocessedKeys?: Record<string, { Keys?: Item[] }>;
};

/** Whether this is a client of `@aws-lite/client`: a function that has a configuration and credentials. */
export function isAwsLite(client: unknown): client is AwsLiteClient {
  if (typeof client !== "function") return false;
  const { config, credentials } = client as { config?: unknown; credentials?: unknown };
  return isObject(config) && isObject(credentials);
}

/** Bytes are base64 in JSON. */
function withBytesAsText(this: unknown, key: string, value: unknown): unknown {
  // A Buffer has a `toJSON`, which `value` is the result of.
  const own = (this as Record<string, unknown>)[key];
  if (!(own instanceof Uint8Array)) return value;
  return Buffer.from(own.buffer, own.byteOffset, own.byteLength).toString("base64");
}

const bytesOf = (text: unknown): Uint8Array => new Uint8Array(Buffer.from(text as string, "base64"));

function readBytes(value: AttributeValue): void {
  if (value.B !== undefined) value.B = bytesOf(value.B);
  else if (value.BS !== undefined) value.BS = value.BS.map(bytesOf);
  else if (value.L !== undefined) for (const item of value.L) readBytes(item);
  else if (value.M !== undefined) readBytesOf(value.M);
}

function readBytesOf(item: Item): void {
  for (const value of Object.values(item)) readBytes(value);
}

function itemsOf(payload: Payload): Item[] {
  const { Item, Attributes, LastEvaluatedKey, Items = [], Responses = {}, UnprocessedKeys = {} } = payload;
  const found = [Item, Attributes, LastEvaluatedKey].filter(item => item !== undefined);
  const keys = Object.values(UnprocessedKeys).flatMap(({ Keys = [] }) => Keys);
  return [...found, ...Items, ...Object.values(Responses).flat(), ...keys];
}

/** The library gives an error the whole type that DynamoDB names, `com.amazonaws.dynamodb.v20120810#…`. */
function refusal(error: unknown): Error {
  // It throws plain objects where it finds no credentials.
  if (!(error instanceof Error)) return new Error("@aws-lite/client could not be made", { cause: error });
  const { Item, CancellationReasons } = error as { Item?: unknown; CancellationReasons?: unknown };
  const reasons: unknown[] = Array.isArray(CancellationReasons) ? CancellationReasons : [];
  const items = [Item, ...reasons.map(reason => isObject(reason) && reason.Item)];
  for (const item of items) if (isObject(item)) readBytesOf(item as Item);
  return Object.assign(error, { name: error.name.slice(error.name.lastIndexOf("#") + 1) });
}

/**
 * Has a client of `@aws-lite/client` run the operations, by the request that it is itself and not by its plugin for DynamoDB:
 * that makes JavaScript's numbers of what has more digits.
 *
 * It tries to unmarshall every response as a whole, and leaves as it is what it can't. What it could is an item whose first
 * attribute is called as a type is, `N` or `S`; the capacity consumed, which it never can, keeps it from that.
 */
export function awsLitePort(client: AwsLiteClient | PromiseLike<AwsLiteClient>): DynamoPort {
  const ready = Promise.resolve(client);
  // The first call says what was wrong.
  ready.catch(() => undefined);
  return {
    timeout,
    async send<Name extends Operation>(name: Name, input: Operations[Name][0], signal?: AbortSignal) {
      const request = {
        service: "dynamodb",
        headers: {
          "Content-Type": "application/x-amz-json-1.0",
          "X-Amz-Target": `DynamoDB_20120810.${name}`,
        },
        payload: JSON.stringify({ ...input, ReturnConsumedCapacity: "TOTAL" }, withBytesAsText),
        // All that it does not know it gives to node:http, which ends a request with its signal.
        ...(signal && { signal }),
      };
      const { payload } = await ready
        .then(call => call(request))
        .catch((error: unknown) => {
          throw refusal(error);
        });
      if (!isRecord(payload) || payload instanceof Uint8Array)
        throw new Error("DynamoDB's response is not JSON");
      for (const item of itemsOf(payload)) readBytesOf(item);
      return payload as Operations[Name][1];
    },
  };
}
