import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import awsLite from "@aws-lite/client";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeTableCommand,
  type DescribeTableCommandOutput,
  DynamoDBClient,
  type ScalarAttributeType,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { AwsLiteClient } from "../../src/models/dynamo/awsLite.ts";
import { beStrict, type KnownTable, strictly } from "./dynamoStrict.ts";
import { withTransactions } from "./dynamoTransact.ts";

type Dynalite = (options: { createTableMs: number; deleteTableMs: number; updateTableMs: number }) => Server;

/** The names and types of the attributes of a key: `["pk", "S"]`. */
export type KeyAttribute = readonly [name: string, type: ScalarAttributeType];

/** A table to create: its keys, and those of its indexes. */
export interface TableShape {
  partition: KeyAttribute;
  sort?: KeyAttribute;
  indexes?: Readonly<Record<string, { partition: KeyAttribute; sort?: KeyAttribute }>>;
}

/** A DynamoDB endpoint on loopback. */
export interface LocalDynamo {
  client: DynamoDBDocumentClient;
  /** A client of `@aws-lite/client`. */
  lite: AwsLiteClient;
  endpoint: string;
  /** Creates a table of a name of its own. */
  createTable(shape: TableShape): Promise<string>;
  stop(): Promise<void>;
}

/** The keys of the tables that were created. */
const tables = new Map<string, KnownTable>();

/**
 * A client of an endpoint on loopback, which refuses what DynamoDB's own grammar does; it wants credentials, of whatever
 * content.
 */
export function dynamoClient(endpoint: string, maxAttempts = 3): DynamoDBDocumentClient {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({ endpoint, region: "eu-west-1", credentials, maxAttempts });
  beStrict(client, tables);
  return DynamoDBDocumentClient.from(client);
}

/** As {@link dynamoClient}, a client of `@aws-lite/client`. */
export async function awsLiteClient(endpoint: string, maxAttempts = 3): Promise<AwsLiteClient> {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = await awsLite({ endpoint, region: "eu-west-1", ...credentials, retries: maxAttempts - 1 });
  return strictly(client, tables);
}

const namesOf = ({ partition, sort }: Pick<TableShape, "partition" | "sort">): string[] =>
  sort ? [partition[0], sort[0]] : [partition[0]];

function keySchema({ partition, sort }: Pick<TableShape, "partition" | "sort">) {
  return [
    { AttributeName: partition[0], KeyType: "HASH" as const },
    ...(sort ? [{ AttributeName: sort[0], KeyType: "RANGE" as const }] : []),
  ];
}

function tableInput(name: string, shape: TableShape): CreateTableCommandInput {
  const paths = [shape, ...Object.values(shape.indexes ?? {})];
  const types = new Map(paths.flatMap(({ partition, sort }) => (sort ? [partition, sort] : [partition])));
  const indexes = Object.entries(shape.indexes ?? {}).map(([IndexName, keys]) => ({
    IndexName,
    KeySchema: keySchema(keys),
    Projection: { ProjectionType: "ALL" as const },
  }));
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: keySchema(shape),
    AttributeDefinitions: [...types].map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes }),
  };
}

async function startDynalite(): Promise<{ endpoint: string; close(): Promise<void> }> {
  const dynalite = createRequire(import.meta.url)("dynalite") as Dynalite;
  const server = withTransactions(dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }));
  await new Promise<void>(resolve => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function untilActive(client: DynamoDBDocumentClient, name: string): Promise<void> {
  for (;;) {
    const command = new DescribeTableCommand({ TableName: name }) as never;
    const { Table } = (await client.send(command)) as unknown as DescribeTableCommandOutput;
    const states = [Table, ...(Table?.GlobalSecondaryIndexes ?? [])].map(item =>
      item && "TableStatus" in item ? item.TableStatus : (item as { IndexStatus?: string }).IndexStatus,
    );
    if (states.every(state => state === "ACTIVE")) return;
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

/** Starts dynalite on a free port, or uses the endpoint that `DYNAMODB_ENDPOINT` names. */
export async function startDynamo(): Promise<LocalDynamo> {
  const given = process.env.DYNAMODB_ENDPOINT;
  const server = given === undefined ? await startDynalite() : undefined;
  const endpoint = server?.endpoint ?? (given as string);
  const client = dynamoClient(endpoint);
  const lite = await awsLiteClient(endpoint);
  const names: string[] = [];
  return {
    client,
    lite,
    endpoint,
    async createTable(shape) {
      const name = `things.${randomUUID()}`;
      await client.send(new CreateTableCommand(tableInput(name, shape)) as never);
      names.push(name);
      const indexes = Object.entries(shape.indexes ?? {}).map(([index, keys]) => [index, namesOf(keys)]);
      tables.set(name, { keys: namesOf(shape), indexes: Object.fromEntries(indexes) });
      await untilActive(client, name);
      return name;
    },
    async stop() {
      if (given !== undefined) {
        for (const name of names) await client.send(new DeleteTableCommand({ TableName: name }) as never);
      }
      client.destroy();
      await server?.close();
    },
  };
}
