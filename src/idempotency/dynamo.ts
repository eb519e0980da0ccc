import { checkOptions, type OptionTable } from "../core/options.ts";
import type { AttributeValue, Item, Operation, Operations } from "../models/dynamo/api.ts";
import { inTime } from "../models/dynamo/inTime.ts";
import { type DynamoClient, dynamoPort } from "../models/dynamo/port.ts";
import type { Claim, IdempotencyRecord, IdempotencyStore } from "./types.ts";

/** Options of {@link dynamoStore}. */
export interface DynamoStoreOptions {
  /** Your `DynamoDBDocumentClient`, `DynamoDBClient` or client of `@aws-lite/client`. Retries and credentials are its own. */
  client: DynamoClient;
  /** The table, which must exist, with a partition key of text and no sort key. */
  table: string;
  /** The partition key's name. @default "id" */
  key?: string;
  /**
   * The milliseconds that a call may take, retries included, before it fails with a `TimeoutError`; 0 is no limit.
   * @default 0, as the SDK's client has limits of its own; 10,000 with `@aws-lite/client`, which has none
   */
  timeout?: number;
}

const optionKinds: OptionTable<DynamoStoreOptions> = {
  client: ["object", "function"],
  table: "string",
  key: "string",
  timeout: "count",
};

/** How often a claim is tried whose obstacle is gone when it is looked at. */
const tries = 5;

/** DynamoDB's time to live counts whole seconds. */
const seconds = (milliseconds: number): AttributeValue => ({ N: String(Math.ceil(milliseconds / 1000)) });

function recordOf(item: Item | undefined): IdempotencyRecord | undefined {
  const fingerprint = item?.fingerprint?.S;
  return fingerprint === undefined ? undefined : { fingerprint, response: item?.response?.S };
}

/**
 * The item that a condition failed on; `undefined` when the endpoint does not give it. Any other error is thrown on. The name
 * counts, since a client of another copy of the SDK throws a class of its own.
 */
function obstacleOf(error: unknown): Item | undefined {
  const { name, Item } = error as { name?: unknown; Item?: Item };
  if (name !== "ConditionalCheckFailedException") throw error;
  return Item;
}

/**
 * Keeps claims and responses in a DynamoDB table. A claim and a response are one conditional `PutItem` each. Let the table's time
 * to live use the attribute `expires` (seconds since 1970), so that DynamoDB removes what has expired; an item that it has
 * not removed yet counts as gone. An item holds at most 400 KB: a larger response is logged, and not given again.
 *
 * @param options the client, the table and its key
 * @returns a store for `idempotent`
 * @throws TypeError naming an unknown or wrong option
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 * @example
 * const client = DynamoDBDocumentClient.from(new DynamoDBClient());
 * idempotent({ store: dynamoStore({ client, table: "idempotency" }), ttl: 86_400 });
 */
export function dynamoStore(options: DynamoStoreOptions): IdempotencyStore {
  checkOptions("dynamoStore", options ?? null, optionKinds);
  const { client, table: TableName, key = "id" } = options;
  const port = dynamoPort("dynamoStore", client);
  const { timeout = port.timeout } = options;
  if (!TableName) throw new TypeError('dynamoStore: option "table" must name a table');
  if (["", "fingerprint", "owner", "expires", "response"].includes(key)) {
    throw new TypeError(`dynamoStore: option "key" can't be "${key}"`);
  }
  const send = <Name extends Operation>(
    name: Name,
    input: Operations[Name][0],
  ): Promise<Operations[Name][1]> => inTime(timeout, signal => port.send(name, input, signal));
  const keyOf = ({ id }: Claim): Item => ({ [key]: { S: id } });

  function itemOf(claim: Claim, expires: number, response?: string): Item {
    const { fingerprint, owner } = claim;
    return {
      ...keyOf(claim),
      fingerprint: { S: fingerprint },
      owner: { S: owner },
      expires: seconds(expires),
      ...(response !== undefined && { response: { S: response } }),
    };
  }

  async function put(claim: Claim): Promise<Item | "written" | undefined> {
    try {
      await send("PutItem", {
        TableName,
        Item: itemOf(claim, claim.expires),
        ConditionExpression: "attribute_not_exists(#id) OR #expires <= :now",
        ExpressionAttributeNames: { "#id": key, "#expires": "expires" },
        ExpressionAttributeValues: { ":now": { N: String(Math.floor(claim.now / 1000)) } },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      });
      return "written";
    } catch (error) {
      return obstacleOf(error);
    }
  }

  async function read(claim: Claim): Promise<Item | undefined> {
    return (await send("GetItem", { TableName, Key: keyOf(claim), ConsistentRead: true })).Item;
  }

  return {
    async claim(claim) {
      let found: IdempotencyRecord | undefined;
      for (let left = tries; left > 0 && found === undefined; left--) {
        const obstacle = await put(claim);
        if (obstacle === "written") return undefined;
        found = recordOf(obstacle ?? (await read(claim)));
      }
      // Others claim and release it all the time: it is in flight.
      return found ?? { fingerprint: claim.fingerprint };
    },
    /** An item that time to live has removed meanwhile is written again. */
    async complete(claim, response, expires) {
      const stored = send("PutItem", {
        TableName,
        Item: itemOf(claim, expires, response),
        ConditionExpression: "attribute_not_exists(#id) OR #owner = :owner",
        ExpressionAttributeNames: { "#id": key, "#owner": "owner" },
        ExpressionAttributeValues: { ":owner": { S: claim.owner } },
      });
      await stored.catch(obstacleOf);
    },
    async release(claim) {
      const removed = send("DeleteItem", {
        TableName,
        Key: keyOf(claim),
        ConditionExpression: "#owner = :owner",
        ExpressionAttributeNames: { "#owner": "owner" },
        ExpressionAttributeValues: { ":owner": { S: claim.owner } },
      });
      await removed.catch(obstacleOf);
    },
  };
}
