import { randomUUID } from "node:crypto";
import { BadRequest, type HttpError } from "../../core/errors.ts";
import { codesOf } from "../refusals/driverError.ts";
import { unavailable } from "../refusals/refusal.ts";
import type {
  CancellationReason,
  DeleteInput,
  DynamoPort,
  Item,
  Operation,
  Operations,
  PutInput,
  ReadInput,
  ReadOutput,
  TransactAction,
  UpdateInput,
} from "./api.ts";
import { inTime } from "./inTime.ts";

/** The commands of one table. Each method is one request, but for the client's retries. */
export interface DynamoTable {
  get(key: Item, consistent?: boolean): Promise<Item | undefined>;
  /** The items of these keys, at most 100 of them, in any order. */
  batch(keys: readonly Item[]): Promise<Item[]>;
  /** Queries or scans; `KeyConditionExpression` says which of them it is. */
  read(input: ReadInput): Promise<ReadOutput>;
  put(input: PutInput): Promise<unknown>;
  /** @param item what it becomes, for messages */
  update(input: UpdateInput, item: Item): Promise<{ Attributes?: Item }>;
  delete(input: DeleteInput): Promise<unknown>;
  /** Writes all of these or none. */
  transact(writes: readonly Write[]): Promise<unknown>;
}

/** A write of one item, as it is sent alone or with others. */
export type Write =
  | { readonly is: "Put"; readonly input: PutInput }
  | { readonly is: "Update"; readonly input: UpdateInput }
  | { readonly is: "Delete"; readonly input: DeleteInput };

const throttled: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "ProvisionedThroughputExceededException",
  "ReplicatedWriteConflictException",
  "RequestLimitExceeded",
  "ThrottlingException",
  "TransactionConflictException",
  "TransactionInProgressException",
]);

/** Why the writes of a transaction were not made, in their order; `undefined` for another error. */
export function cancellationReasons(error: unknown): readonly CancellationReason[] | undefined {
  if (!(error instanceof Error) || error.name !== "TransactionCanceledException") return undefined;
  return (error as { CancellationReasons?: readonly CancellationReason[] }).CancellationReasons ?? [];
}

const isFailed = ({ Code = "None" }: CancellationReason): boolean => Code !== "None";

/** Somebody's transaction holds the item: AWS lists this as one to try again, but its SDK does not. */
function isConflict(error: unknown): boolean {
  const failed = cancellationReasons(error)?.filter(isFailed);
  if (failed !== undefined) {
    return failed.length > 0 && failed.every(({ Code }) => Code === "TransactionConflict");
  }
  return error instanceof Error && error.name === "TransactionConflictException";
}

/** The first of the writes of a transaction that was not made, and why: as the error that it would have got alone. */
export function failedAlone(error: unknown, name: string): { index: number; error: unknown } | undefined {
  const reasons = cancellationReasons(error);
  const index = reasons?.findIndex(isFailed) ?? -1;
  const { Code = "", Message = Code, Item } = reasons?.[index] ?? {};
  if (index < 0) return undefined;
  const alone = Object.assign(new Error(Message), {
    name: `${Code.endsWith("Error") ? Code.slice(0, -5) : Code}Exception`,
    ...(Item && { Item }),
  });
  return { index, error: translated(alone, name, {}) };
}

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

/** The table of a model. */
export interface TableOptions {
  port: DynamoPort;
  table: string;
  /** The model's name, for messages. */
  name: string;
  /** Whether reads of the table see every write that came before. */
  consistent: boolean;
  /** The milliseconds that a call may take, all tries included; 0 is no limit. */
  timeout: number;
}

/** The commands of one table, with DynamoDB's refusals as HTTP errors. How often the client tries again is its own affair. */
export function dynamoTable({ port, table, name, consistent, timeout }: TableOptions): DynamoTable {
  const TableName = table;

  async function run<Name extends Operation>(
    operation: Name,
    input: Operations[Name][0],
    signal: AbortSignal | undefined,
    item: Item = {},
  ): Promise<Operations[Name][1]> {
    for (let tried = 1; ; tried++) {
      try {
        return await port.send(operation, input, signal);
      } catch (error) {
        if (!isConflict(error) || tried === conflictTries) throw translated(error, name, item);
        await pause(Math.random() * 25 * 2 ** tried);
      }
    }
  }

  async function readAll(keys: readonly Item[], signal: AbortSignal | undefined): Promise<Item[]> {
    const found: Item[] = [];
    let open = [...keys];
    for (let tried = 0; open.length > 0; tried++) {
      if (tried === tries) throw unavailable();
      // DynamoDB leaves keys unread where a partition is busy: those want a growing, uneven pause (AWS, "Error retries
      // and exponential backoff").
      if (tried > 0) await pause(Math.random() * 25 * 2 ** tried);
      const input = { RequestItems: { [table]: { Keys: open, ConsistentRead: consistent } } };
      const output = await run("BatchGetItem", input, signal);
      found.push(...(output.Responses?.[table] ?? []));
      open = output.UnprocessedKeys?.[table]?.Keys ?? [];
    }
    return found;
  }

  return {
    async get(key, always) {
      const input = { TableName, Key: key, ConsistentRead: always ?? consistent };
      return (await inTime(timeout, signal => run("GetItem", input, signal))).Item;
    },
    batch: keys => inTime(timeout, signal => readAll(keys, signal)),
    read(input) {
      const operation = input.KeyConditionExpression ? "Query" : "Scan";
      const whole = { TableName, ConsistentRead: consistent && input.IndexName === undefined, ...input };
      return inTime(timeout, signal => run(operation, whole, signal));
    },
    put: input => inTime(timeout, signal => run("PutItem", { TableName, ...input }, signal, input.Item)),
    update: (input, item) =>
      inTime(timeout, signal => run("UpdateItem", { TableName, ...input }, signal, item)),
    delete: input => inTime(timeout, signal => run("DeleteItem", { TableName, ...input }, signal)),
    transact(writes) {
      const TransactItems = writes.map(({ is, input }) => {
        const { ReturnValues: _, ...one } = input as UpdateInput;
        // Of an update that changes nothing the condition is left.
        const isCheck = is === "Update" && one.UpdateExpression === undefined;
        return { [isCheck ? "ConditionCheck" : is]: { TableName, ...one } } as unknown as TransactAction;
      });
      // A request that its client sends again is made once.
      const whole = { TransactItems, ClientRequestToken: randomUUID() };
      return inTime(timeout, signal => run("TransactWriteItems", whole, signal));
    },
  };
}
