/** A queue's handler of the official Middy packages. */
import middy from "@middy/core";
import partialBatchFailure from "@middy/sqs-partial-batch-failure";
import { makeStore, rename, type Validate } from "../common/tasks.ts";
import type { Handler, Parts, QueueEvent } from "../contenders/contender.ts";

export function queue({ check }: Parts<unknown, Validate>): Handler {
  const users = makeStore();
  const take = async (body: string): Promise<void> => rename(users, body, check as Validate);
  return middy(({ Records }: QueueEvent) => Promise.allSettled(Records.map(({ body }) => take(body)))).use(
    partialBatchFailure({ logger: false as never }),
  ) as unknown as Handler;
}
