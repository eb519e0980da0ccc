import {
  type AttributeValue,
  DeleteItemCommand,
  GetItemCommand,
  type GetItemCommandOutput,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { checkOptions } from "../core/options.ts";
import type { Claim, IdempotencyRecord, IdempotencyStore } from "./types.ts";

/** Options of {@link dynamoStore}. */
export interface DynamoStoreOptions {
  /** Your `DynamoDBDocumentClient` (or `DynamoDBClient`). Retries, timeouts and credentials are its own. */
  client: { readonly config: object; send(command: never): unknown };
  /** The table, which must exist, with a partition key of text and no sort key. */
  table: string;
  /** The partition key's name. @default "id" */
  key?: string;
}

type Item = Record<string, AttributeValue>;

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
  checkOptions("dynamoStore", options ?? null, { client: "object", table: "string", key: "string" });
  const { client, table: TableName, key = "id" } = options;
  if (typeof client?.send !== "function") {
    throw new TypeError('dynamoStore: option "client" must be a DynamoDB client');
  }
  if (!TableName) throw new TypeError('dynamoStore: option "table" must name a table');
  if (["", "fingerprint", "owner", "expires", "response"].includes(key)) {
    throw new TypeError(`dynamoStore: option "key" can't be "${key}"`);
  }
  const send = (command: object): Promise<unknown> => client.send(command as never) as Promise<unknown>;
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
      const command = new PutItemCommand({
        TableName,
        Item: itemOf(claim, claim.expires),
        ConditionExpression: "attribute_not_exists(#id) OR #expires <= :now",
        ExpressionAttributeNames: { "#id": key, "#expires": "expires" },
        ExpressionAttributeValues: { ":now": { N: String(Math.floor(claim.now / 1000)) } },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      });
      await send(command);
      return "written";
    } catch (error) {
      return obstacleOf(error);
    }
  }

  async function read(claim: Claim): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName, Key: keyOf(claim), ConsistentRead: true });
    return ((await send(command)) as GetItemCommandOutput).Item;
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
      const command = new PutItemCommand({
        TableName,
        Item: itemOf(claim, expires, response),
        ConditionExpression: "attribute_not_exists(#id) OR #owner = :owner",
        ExpressionAttributeNames: { "#id": key, "#owner": "owner" },
        ExpressionAttributeValues: { ":owner": { S: claim.owner } },
      });
      await send(command).catch(obstacleOf);
    },
    async release(claim) {
      const command = new DeleteItemCommand({
        TableName,
        Key: keyOf(claim),
        ConditionExpression: "#owner = :owner",
        ExpressionAttributeNames: { "#owner": "owner" },
        ExpressionAttributeValues: { ":owner": { S: claim.owner } },
      });
      await send(command).catch(obstacleOf);
    },
  };
}
