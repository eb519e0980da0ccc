/** Exactly one of these. */
type OneOf<Forms> = {
  [Name in keyof Forms]: { [Own in Name]: Forms[Own] } & { [Other in Exclude<keyof Forms, Name>]?: never };
}[keyof Forms];

/** A value as DynamoDB holds it; the digits of a number are text. */
export type AttributeValue = OneOf<{
  S: string;
  N: string;
  B: Uint8Array;
  SS: string[];
  NS: string[];
  BS: Uint8Array[];
  M: Record<string, AttributeValue>;
  L: AttributeValue[];
  NULL: boolean;
  BOOL: boolean;
}>;

/** An item as DynamoDB holds it, or a key. */
export type Item = Record<string, AttributeValue>;

/** What stands in expressions for names and values. */
export interface Placeholders {
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
}

/** What a conditional write has. */
export interface Condition extends Placeholders {
  ConditionExpression?: string;
  /** Whether the error of a condition that fails holds the item that it failed on. */
  ReturnValuesOnConditionCheckFailure?: "ALL_OLD";
}

interface Table {
  TableName: string;
}

/** What a query or a scan reads. */
export interface ReadInput extends Placeholders {
  IndexName?: string;
  KeyConditionExpression?: string;
  FilterExpression?: string;
  ScanIndexForward?: boolean;
  ExclusiveStartKey?: Item;
  ConsistentRead?: boolean;
  Limit?: number;
  Select?: "COUNT";
}

/** One page of a query or a scan. */
export interface ReadOutput {
  Items?: Item[];
  Count?: number;
  ScannedCount?: number;
  /** Where the next page begins; absent on the last. */
  LastEvaluatedKey?: Item;
}

/** A conditional write of a whole item. */
export interface PutInput extends Condition {
  Item: Item;
}

/** A conditional change of an item. */
export interface UpdateInput extends Condition {
  Key: Item;
  UpdateExpression?: string;
  ReturnValues?: "ALL_NEW";
}

/** A conditional removal of an item. */
export interface DeleteInput extends Condition {
  Key: Item;
}

/** One of the writes that are kept together. */
export type TransactAction = OneOf<{
  Put: Table & PutInput;
  Update: Table & Omit<UpdateInput, "ReturnValues">;
  Delete: Table & DeleteInput;
  ConditionCheck: Table & DeleteInput;
}>;

/** Why one of them was not made; the others have the code `None`. */
export interface CancellationReason {
  Code?: string;
  Message?: string;
  Item?: Item;
}

/** The keys of a table or of an index. */
export interface IndexDescription {
  IndexName?: string;
  IndexStatus?: string;
  KeySchema?: { AttributeName?: string; KeyType?: string }[];
  Projection?: { ProjectionType?: string };
}

/** What DynamoDB says of a table. */
export interface TableDescription extends Pick<IndexDescription, "KeySchema"> {
  TableName?: string;
  AttributeDefinitions?: { AttributeName?: string; AttributeType?: string }[];
  GlobalSecondaryIndexes?: IndexDescription[];
  LocalSecondaryIndexes?: IndexDescription[];
}

/** The operations of DynamoDB's API that are used here, with the part of what they take and give that is. */
export interface Operations {
  GetItem: [input: Table & { Key: Item; ConsistentRead?: boolean }, output: { Item?: Item }];
  BatchGetItem: [
    input: { RequestItems: Record<string, { Keys: Item[]; ConsistentRead?: boolean }> },
    output: { Responses?: Record<string, Item[]>; UnprocessedKeys?: Record<string, { Keys?: Item[] }> },
  ];
  Query: [input: Table & ReadInput, output: ReadOutput];
  Scan: [input: Table & ReadInput, output: ReadOutput];
  PutItem: [input: Table & PutInput, output: object];
  UpdateItem: [input: Table & UpdateInput, output: { Attributes?: Item }];
  DeleteItem: [input: Table & DeleteInput, output: object];
  /** Asked by migrations alone: the commands that every bundle has are without it. */
  DescribeTable: [input: Table, output: { Table?: TableDescription }];
  TransactWriteItems: [
    input: { TransactItems: TransactAction[]; ClientRequestToken: string },
    output: object,
  ];
}

/** The name of an operation. */
export type Operation = keyof Operations;

/**
 * All that tables and stores need of a client. Bytes are `Uint8Array`s, in and out; a refusal is an `Error` whose `name` is
 * the one that DynamoDB gives it, and whose `Item` is what a condition failed on, where that was asked for; that of a transaction
 * has them in its `CancellationReasons`.
 */
export interface DynamoPort {
  /** The milliseconds that a call may take where the user says nothing; 0 where the client has limits of its own. */
  readonly timeout: number;
  /** One request, but for the client's own retries. @param signal ends it */
  send<Name extends Operation>(
    name: Name,
    input: Operations[Name][0],
    signal: AbortSignal | undefined,
  ): Promise<Operations[Name][1]>;
}
