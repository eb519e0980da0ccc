/** A table in dynalite, which runs in this process: what it takes is part of each figure. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { startDynamo } from "../../test/support/dynamo.ts";

const server = await startDynamo();

export const client: DynamoDBClient = new DynamoDBClient({
  endpoint: server.endpoint,
  region: "eu-west-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});

export const newTable = (): Promise<string> => server.createTable({ partition: ["id", "S"] });

let isStopped = false;

/** Ends the server, for whoever asks first. */
export async function stopServer(): Promise<void> {
  if (isStopped) return;
  isStopped = true;
  client.destroy();
  await server.stop();
}
