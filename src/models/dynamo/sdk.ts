import type { DynamoPort, Operation, Operations } from "./api.ts";

/** A `DynamoDBClient` of AWS's SDK, or its `DynamoDBDocumentClient`. */
export interface SdkClient {
  readonly config: object;
  send(command: never): unknown;
}

type Commands = Record<Operation, new (input: object) => object>;
type Send = (command: object, options: { abortSignal?: AbortSignal }) => Promise<unknown>;

let loaded: Promise<Commands> | undefined;

/** Who gives no client of the SDK needs none of it, installed or bundled. */
function loadCommands(): Promise<Commands> {
  loaded ??= import("./sdkCommands.ts") as Promise<unknown> as Promise<Commands>;
  return loaded;
}

/** Has a client of AWS's SDK run the operations. */
export function sdkPort(client: SdkClient): DynamoPort {
  const send = client.send.bind(client) as unknown as Send;
  // Loaded with the model, not in its first request, which is told where that fails.
  loadCommands().catch(() => undefined);
  return {
    timeout: 0,
    async send<Name extends Operation>(name: Name, input: Operations[Name][0], abortSignal?: AbortSignal) {
      const Command = (await loadCommands())[name];
      return (await send(new Command(input), abortSignal ? { abortSignal } : {})) as Operations[Name][1];
    },
  };
}
