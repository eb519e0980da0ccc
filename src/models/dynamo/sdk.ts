import type { DynamoPort, Operation, Operations } from "./api.ts";
import { loadCommands } from "./sdkLater.ts";

/** A `DynamoDBClient` of AWS's SDK, or its `DynamoDBDocumentClient`. */
export interface SdkClient {
  readonly config: object;
  send(command: never): unknown;
}

type Command = new (input: object) => object;
type Send = (command: object, options: { abortSignal?: AbortSignal }) => Promise<unknown>;

/** Has a client of AWS's SDK run the operations. */
export function sdkPort(client: SdkClient): DynamoPort {
  const send = client.send.bind(client) as unknown as Send;
  // Begun with the model, not in its first request, which fails where this does.
  const loading = loadCommands();
  loading.catch(() => undefined);
  return {
    timeout: 0,
    async send<Name extends Operation>(name: Name, input: Operations[Name][0], abortSignal?: AbortSignal) {
      const { [name]: Named } = (await loading) as unknown as Record<Operation, Command>;
      return (await send(new Named(input), abortSignal ? { abortSignal } : {})) as Operations[Name][1];
    },
  };
}
