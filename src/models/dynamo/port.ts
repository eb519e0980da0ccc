import { isThenable } from "../../core/maybePromise.ts";
import type { DynamoPort } from "./api.ts";
import { type AwsLiteClient, awsLitePort, isAwsLite } from "./awsLite.ts";
import { type SdkClient, sdkPort } from "./sdk.ts";

/** A `DynamoDBDocumentClient` or a `DynamoDBClient` of AWS's SDK, or a client of `@aws-lite/client`, awaited or not. */
export type DynamoClient = SdkClient | AwsLiteClient | PromiseLike<AwsLiteClient>;

/**
 * What the operations run on, whichever client the user has.
 *
 * @param factory its name, for the message
 * @throws TypeError when this is neither client
 */
export function dynamoPort(factory: string, client: DynamoClient): DynamoPort {
  if (isThenable(client) || isAwsLite(client)) return awsLitePort(client);
  if (typeof client?.send === "function") return sdkPort(client);
  throw new TypeError(
    `${factory}: option "client" must be a DynamoDBDocumentClient, a DynamoDBClient or a client of @aws-lite/client`,
  );
}
