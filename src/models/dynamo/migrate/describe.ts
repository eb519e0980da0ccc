import { isThenable } from "../../../core/maybePromise.ts";
import type { TableDescription } from "../api.ts";
import { awsLitePort, isAwsLite } from "../awsLite.ts";
import type { DynamoClient } from "../port.ts";

async function describe(client: DynamoClient, TableName: string): Promise<{ Table?: TableDescription }> {
  if (isThenable(client) || isAwsLite(client)) {
    return awsLitePort(client).send("DescribeTable", { TableName }, undefined);
  }
  // Among the commands that every model has it would be in every bundle.
  const { DescribeTableCommand } = await import("@aws-sdk/client-dynamodb");
  return (await client.send(new DescribeTableCommand({ TableName }) as never)) as {
    Table?: TableDescription;
  };
}

/** What DynamoDB says of a table; `undefined` where there is none. */
export async function describeTable(
  client: DynamoClient,
  TableName: string,
): Promise<TableDescription | undefined> {
  try {
    return (await describe(client, TableName)).Table;
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
    throw error;
  }
}
