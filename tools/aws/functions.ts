import type { Context } from "aws-lambda";
import type { Clock } from "./clock.ts";
import type { Random } from "./random.ts";
import { account, region } from "./region.ts";
import { runInside } from "./runs/run.ts";

/** What is to go wrong, each with its probability. */
export interface Faults {
  /** A run dies at one of its first awaits, and nothing behind that happens. */
  crash?: number;
  /** A message that was taken is not deleted, so that it comes again; once at most. */
  duplicate?: number;
  /** An invocation is turned away, as when the concurrency of the account is used up. */
  throttle?: number;
  /** A standard queue passes over a message. */
  reorder?: number;
}

/** How an invocation ended. */
export type Outcome =
  | { readonly type: "returned"; readonly result: unknown }
  | { readonly type: "failed"; readonly error: unknown }
  | { readonly type: "throttled" };

/** A function of Lambda. */
export interface LambdaFunction {
  readonly name: string;
  /** Invokes it with an event; who does sees to it that this counts as work. */
  invoke(event: unknown): Promise<Outcome>;
  /** Lets its next run die at one of its awaits. */
  kill(step: number): void;
}

/** What a function needs of its world. */
export interface FunctionWorld {
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: Faults;
  /** Milliseconds that a run may take. */
  readonly timeout: number;
  /** How many runs there may be at once. */
  readonly concurrency: number;
}

export type Handler = (event: never, context: never) => unknown;

/** A run that dies does so at one of this many awaits. */
const stepsOfCrashes = 12;

const ignore = (): void => undefined;

/**
 * Makes a function of Lambda whose time is that of the clock.
 *
 * @param name as logs and the ARN show it
 */
export function lambdaFunction(name: string, handler: Handler, world: FunctionWorld): LambdaFunction {
  const { clock, random, faults, timeout, concurrency } = world;
  let deathAt: number | undefined;
  let running = 0;

  function contextOf(): Context {
    const end = clock.now() + timeout;
    return {
      callbackWaitsForEmptyEventLoop: true,
      functionName: name,
      functionVersion: "$LATEST",
      invokedFunctionArn: `arn:aws:lambda:${region}:${account}:function:${name}`,
      memoryLimitInMB: "1024",
      awsRequestId: random.uuid(),
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: "local",
      getRemainingTimeInMillis: () => Math.max(0, end - clock.now()),
      done: ignore,
      fail: ignore,
      succeed: ignore,
    };
  }

  async function run(event: unknown): Promise<Outcome> {
    const death =
      deathAt ?? (random.chance(faults.crash ?? 0) ? 1 + random.below(stepsOfCrashes) : undefined);
    deathAt = undefined;
    const start = clock.now();
    const context = contextOf();
    const end = await runInside(clock, death, () => handler(event as never, context as never));
    if (end === "died")
      return { type: "failed", error: new Error("Runtime exited without providing a reason") };
    if (clock.now() - start > timeout) {
      return {
        type: "failed",
        error: new Error(`Task timed out after ${(timeout / 1000).toFixed(2)} seconds`),
      };
    }
    if ("error" in end) return { type: "failed", error: end.error };
    try {
      const text = JSON.stringify(end.value);
      return { type: "returned", result: text === undefined ? null : JSON.parse(text) };
    } catch (error) {
      return { type: "failed", error };
    }
  }

  return {
    name,
    async invoke(event) {
      if (running >= concurrency || random.chance(faults.throttle ?? 0)) return { type: "throttled" };
      running++;
      try {
        return await run(event);
      } finally {
        running--;
      }
    },
    kill(step) {
      deathAt = step;
    },
  };
}
