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
import { BadRequest, HttpError, PayloadTooLarge } from "../errors.ts";
import type { Item } from "./dynamoValues.ts";

/** A `DynamoDBDocumentClient`, or a `DynamoDBClient`. */
export interface DynamoClient {
  readonly config: object;
  send(command: never): unknown;
}

/** What a query or a scan reads; `KeyConditionExpression` tells which of them it is. */
export type ReadInput = Omit<QueryCommandInput, "TableName">;

/** The commands of one table. Each method is one request, but for the SDK's retries. */
export interface DynamoTable {
  get(key: Item, consistent?: boolean): Promise<Item | undefined>;
  /** The items of these keys, at most 100 of them, in any order. */
  batch(keys: readonly Item[]): Promise<Item[]>;
  read(input: ReadInput): Promise<QueryCommandOutput>;
  put(input: Omit<PutItemCommandInput, "TableName">): Promise<unknown>;
  update(input: Omit<UpdateItemCommandInput, "TableName">): Promise<UpdateItemCommandOutput>;
  delete(input: Omit<DeleteItemCommandInput, "TableName">): Promise<unknown>;
}

const throttled: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
  "TransactionConflictException",
]);

/** Somebody's transaction holds the item: AWS lists this as one to try again, but its SDK does not. */
const isConflict = (error: unknown): boolean =>
  error instanceof Error && error.name === "TransactionConflictException";

const conflictTries = 3;
const tries = 8;

/** What a request gets when the table can't keep up, after the SDK has tried again in vain. */
function unavailable(cause?: unknown): HttpError {
  return new HttpError(503, "Service Unavailable", { headers: { "Retry-After": "1" }, expose: true, cause });
}

/** DynamoDB says in a text alone what is wrong with a request. */
function refusalOf(message: string, name: string, cause: unknown): HttpError | undefined {
  if (/Item size .*exceeded/i.test(message)) {
    return new PayloadTooLarge(`${name} is larger than the 400 KB that an item may have`, { cause });
  }
  if (/starting key|ExclusiveStartKey/i.test(message)) {
    return new BadRequest("Invalid cursor", { field: "cursor", cause });
  }
  const isType = /type mismatch|does not match (the )?schema/i.test(message);
  return isType ? new BadRequest(`A key of ${name} is of the wrong type`, { cause }) : undefined;
}

function translated(error: unknown, name: string): unknown {
  if (!(error instanceof Error)) return error;
  if (throttled.has(error.name)) return unavailable(error);
  const refusal = error.name === "ValidationException" && refusalOf(error.message, name, error);
  return refusal || error;
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

  async function run<Output>(command: object): Promise<Output> {
    for (let tried = 1; ; tried++) {
      try {
        return (await send.call(client, command)) as Output;
      } catch (error) {
        if (!isConflict(error) || tried === conflictTries) throw translated(error, name);
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
    put: input => run(new PutItemCommand({ TableName, ...input })),
    update: input => run(new UpdateItemCommand({ TableName, ...input })),
    delete: input => run(new DeleteItemCommand({ TableName, ...input })),
  };
}
