import {
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  DeleteItemCommand,
  type DeleteItemCommandInput,
  GetItemCommand,
  type GetItemCommandOutput,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  ScanCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
  type UpdateItemCommandOutput,
} from "@aws-sdk/client-dynamodb";
import { BadRequest, type HttpError } from "../../core/errors.ts";
import { codesOf } from "../refusals/driverError.ts";
import { unavailable } from "../refusals/refusal.ts";
import type { Item } from "./values.ts";

/** A `DynamoDBDocumentClient`, or a `DynamoDBClient`. */
export interface DynamoClient {
  readonly config: object;
  send(command: never): unknown;
}

/** What a query or a scan reads; `KeyConditionExpression` says which of them it is. */
export type ReadInput = Omit<QueryCommandInput, "TableName">;

/** The commands of one table. Each method is one request, but for the SDK's retries. */
export interface DynamoTable {
  get(key: Item, consistent?: boolean): Promise<Item | undefined>;
  /** The items of these keys, at most 100 of them, in any order. */
  batch(keys: readonly Item[]): Promise<Item[]>;
  read(input: ReadInput): Promise<QueryCommandOutput>;
  put(input: Omit<PutItemCommandInput, "TableName">): Promise<unknown>;
  /** @param item what it becomes, for messages */
  update(input: Omit<UpdateItemCommandInput, "TableName">, item: Item): Promise<UpdateItemCommandOutput>;
  delete(input: Omit<DeleteItemCommandInput, "TableName">): Promise<unknown>;
}

const throttled: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "ProvisionedThroughputExceededException",
  "ReplicatedWriteConflictException",
  "RequestLimitExceeded",
  "ThrottlingException",
  "TransactionConflictException",
  "TransactionInProgressException",
]);

/** Somebody's transaction holds the item: AWS lists this as one to try again, but its SDK does not. */
const isConflict = (error: unknown): boolean =>
  error instanceof Error && error.name === "TransactionConflictException";

const conflictTries = 3;
const tries = 8;

/** The most bytes of an item, and so of an attribute. */
const mostBytes = 400 * 1024;

/** An item that is too large is at times so by one attribute alone. */
function tooLarge(item: Item, name: string, cause: unknown): HttpError {
  const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
  const field = Object.keys(item).find(attribute => sizeOf(item[attribute]) > mostBytes);
  if (field !== undefined) return new BadRequest(`${field} is too long`, { field, cause });
  return new BadRequest(`${name} is larger than the 400 KB that an item may have`, { cause });
}

/** DynamoDB says in a text alone what is wrong with a request. */
function refusalOf(error: Error, name: string, item: Item): HttpError | undefined {
  const text = error.message.toLowerCase();
  const cause = codesOf(error);
  if (text.includes("item size ") && text.includes("exceeded")) return tooLarge(item, name, cause);
  if (text.includes("starting key") || text.includes("exclusivestartkey")) {
    return new BadRequest("Invalid cursor", { field: "cursor", cause });
  }
  const isType = ["type mismatch", "does not match the schema", "does not match schema"].some(words =>
    text.includes(words),
  );
  return isType ? new BadRequest(`A key of ${name} is of the wrong type`, { cause }) : undefined;
}

function translated(error: unknown, name: string, item: Item): unknown {
  if (!(error instanceof Error)) return error;
  if (throttled.has(error.name)) return unavailable(codesOf(error));
  if (error.name === "ItemCollectionSizeLimitExceededException") {
    return new BadRequest(`The partition of ${name} is full`, { cause: codesOf(error) });
  }
  return (error.name === "ValidationException" && refusalOf(error, name, item)) || error;
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise(resolve => {
    setTimeout(resolve, milliseconds);
  });

/** Whether a write failed because its condition did not hold; the item that it found, where DynamoDB says. */
export function failedCondition(error: unknown): { item: Item | undefined } | undefined {
  if (!(error instanceof Error) || error.name !== "ConditionalCheckFailedException") return undefined;
  return { item: (error as { Item?: Item }).Item };
}

/**
 * The commands of one table, with DynamoDB's refusals as HTTP errors.
 *
 * @param client the user's client; how often it tries again is its own configuration
 * @param name the model's name, for messages
 * @param consistent whether reads of the table see every write that came before
 */
export function dynamoTable(
  client: DynamoClient,
  table: string,
  name: string,
  consistent: boolean,
): DynamoTable {
  const { send } = client as unknown as { send(command: object): Promise<unknown> };
  const TableName = table;

  async function run<Output>(command: object, item: Item = {}): Promise<Output> {
    for (let tried = 1; ; tried++) {
      try {
        return (await send.call(client, command)) as Output;
      } catch (error) {
        if (!isConflict(error) || tried === conflictTries) throw translated(error, name, item);
        await pause(Math.random() * 25 * 2 ** tried);
      }
    }
  }

  return {
    async get(key, always) {
      const input = { TableName, Key: key, ConsistentRead: always ?? consistent };
      return (await run<GetItemCommandOutput>(new GetItemCommand(input))).Item;
    },
    async batch(keys) {
      const found: Item[] = [];
      let open = [...keys];
      for (let tried = 0; open.length > 0; tried++) {
        if (tried === tries) throw unavailable();
        // DynamoDB leaves keys unread where a partition is busy: those want a growing, uneven pause (AWS, "Error retries
        // and exponential backoff").
        if (tried > 0) await pause(Math.random() * 25 * 2 ** tried);
        const input = { RequestItems: { [table]: { Keys: open, ConsistentRead: consistent } } };
        const output = await run<BatchGetItemCommandOutput>(new BatchGetItemCommand(input));
        found.push(...(output.Responses?.[table] ?? []));
        open = output.UnprocessedKeys?.[table]?.Keys ?? [];
      }
      return found;
    },
    read(input) {
      const isConsistent = consistent && input.IndexName === undefined;
      const whole = { TableName, ...input, ConsistentRead: isConsistent };
      return run(input.KeyConditionExpression ? new QueryCommand(whole) : new ScanCommand(whole));
    },
    put: input => run(new PutItemCommand({ TableName, ...input }), input.Item),
    update: (input, item) => run(new UpdateItemCommand({ TableName, ...input }), item),
    delete: input => run(new DeleteItemCommand({ TableName, ...input })),
  };
}
