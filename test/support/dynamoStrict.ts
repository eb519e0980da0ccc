import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { AwsLiteClient } from "../../src/models/dynamo/awsLite.ts";
import {
  type Placeholders,
  pathsOf,
  Refused,
  readCondition,
  readKeyCondition,
  readUpdate,
} from "./dynamoGrammar.ts";

/** The keys of a table or of an index: partition, and sort where there is one. */
export type Keys = readonly string[];

/** The keys of a table, and those of its indexes. */
export interface KnownTable {
  keys: Keys;
  indexes: Readonly<Record<string, Keys>>;
}

type Item = Readonly<Record<string, AttributeValue>>;
interface Input {
  TableName?: string;
  IndexName?: string;
  KeyConditionExpression?: string;
  FilterExpression?: string;
  ConditionExpression?: string;
  UpdateExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, AttributeValue>;
  Limit?: number;
  Item?: Item;
  Key?: Item;
  ConsistentRead?: boolean;
  RequestItems?: Record<string, { Keys?: readonly Item[] }>;
  TransactItems?: readonly Readonly<Record<string, Input>>[];
}

function refuse(reason: string): never {
  throw new Refused(reason);
}

function checkPlaceholders({ names, values, used }: Placeholders): void {
  const unused = Object.keys({ ...names, ...values }).filter(name => !used.has(name));
  if (unused.length > 0)
    refuse(`Value provided in ExpressionAttributeValues unused in expressions: ${unused}`);
  if (new Set(Object.values(names)).size < Object.keys(names).length) refuse("Two names of one attribute");
}

function checkKey(item: Item, keys: Keys, isWhole: boolean): void {
  const names = Object.keys(item);
  if (!isWhole && (names.length !== keys.length || !keys.every(key => names.includes(key)))) {
    refuse("The provided key element does not match the schema");
  }
  for (const key of keys) {
    const value = item[key];
    if (value === undefined) refuse(`Missing the key ${key} in the item`);
    // A command of the document client, which is yet to write its values down.
    if (typeof value !== "object") continue;
    if (!("S" in value || "N" in value || "B" in value)) refuse("A key is text, a number or bytes");
    if (value.S === "") refuse("The AttributeValue for a key attribute cannot contain an empty string value");
  }
}

function checkIndexed(item: Item, { indexes }: KnownTable): void {
  for (const key of Object.values(indexes).flat()) {
    const value = item[key];
    if (value !== undefined && (value.NULL || value.S === "" || value.BOOL !== undefined)) {
      refuse(`Type mismatch for Index Key ${key}`);
    }
  }
}

function checkBatch({ Keys: all = [] }: { Keys?: readonly Item[] }, table: KnownTable | undefined): void {
  if (all.length === 0 || all.length > 100) refuse("Too many items requested for the BatchGetItem call");
  const texts = all.map(key => JSON.stringify(Object.entries(key).sort()));
  if (new Set(texts).size < texts.length) refuse("Provided list of item keys contains duplicates");
  if (table) for (const key of all) checkKey(key, table.keys, false);
}

/**
 * Checks the input of a command as the service does.
 *
 * @param table the keys, where they are known
 * @throws Refused
 */
export function checkInput(input: Input, table: KnownTable | undefined): void {
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
  const { KeyConditionExpression, FilterExpression, ConditionExpression, UpdateExpression } = input;
  const all = [KeyConditionExpression, FilterExpression, ConditionExpression, UpdateExpression];
  if (all.every(text => text === undefined) && (names || values))
    refuse("Placeholders without an expression");
  if (names && Object.keys(names).length === 0) refuse("ExpressionAttributeNames must not be empty");
  if (values && Object.keys(values).length === 0) refuse("ExpressionAttributeValues must not be empty");
  if (input.Limit !== undefined && input.Limit < 1) refuse("Limit must be at least 1");
  const known: Placeholders = { names: names ?? {}, values: values ?? {}, used: new Set() };
  const keys = input.IndexName === undefined ? table?.keys : table?.indexes[input.IndexName];
  if (input.IndexName !== undefined && input.ConsistentRead)
    refuse("Consistent reads are not supported on an index");
  if (KeyConditionExpression !== undefined && keys) {
    readKeyCondition(KeyConditionExpression, known, keys[0] as string, keys[1]);
  } else if (KeyConditionExpression !== undefined) readCondition(KeyConditionExpression, known);
  if (FilterExpression !== undefined) {
    const paths = pathsOf(readCondition(FilterExpression, known));
    const own = paths.find(path => keys?.includes(path));
    if (own !== undefined && KeyConditionExpression !== undefined) {
      refuse(`Filter Expression can only contain non-primary key attributes: ${own}`);
    }
  }
  if (ConditionExpression !== undefined) readCondition(ConditionExpression, known);
  if (UpdateExpression !== undefined) {
    const changed = readUpdate(UpdateExpression, known).find(path => table?.keys.includes(path));
    if (changed !== undefined)
      refuse(`Cannot update attribute ${changed}. This attribute is part of the key`);
  }
  checkPlaceholders(known);
  if (table && input.Item) {
    checkKey(input.Item, table.keys, true);
    checkIndexed(input.Item, table);
  }
  if (table && input.Key) checkKey(input.Key, table.keys, false);
}

/** Refuses the input of a command in the service's form. */
function refuseWrong(input: Input, tables: ReadonlyMap<string, KnownTable>): void {
  try {
    checkInput(input, tables.get(input.TableName ?? ""));
    for (const [name, one] of Object.entries(input.RequestItems ?? {})) checkBatch(one, tables.get(name));
    const writes = (input.TransactItems ?? []).flatMap(action => Object.values(action));
    for (const write of writes) checkInput(write, tables.get(write.TableName ?? ""));
    if (writes.length > 100) refuse("Member must have length less than or equal to 100");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const text = `${error.message} <- ${JSON.stringify(input)}`;
    throw Object.assign(new Error(text), { name: "ValidationException" });
  }
}

/** Has a client refuse what the service would, in its form, before the local engine sees it. */
export function beStrict(client: DynamoDBClient, tables: ReadonlyMap<string, KnownTable>): void {
  client.middlewareStack.add(
    next => args => {
      refuseWrong(args.input as Input, tables);
      return next(args);
    },
    { step: "initialize", name: "beStrict" },
  );
}

/** As {@link beStrict}, for a client of `@aws-lite/client`: another one, around it. */
export function strictly(client: AwsLiteClient, tables: ReadonlyMap<string, KnownTable>): AwsLiteClient {
  const strict: AwsLiteClient = async request => {
    refuseWrong(JSON.parse(request.payload) as Input, tables);
    return client(request);
  };
  return Object.assign(strict, client);
}
