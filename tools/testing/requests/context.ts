import type { Context } from "aws-lambda";
import { contextOf } from "../../emulator/context.ts";

/**
 * Makes the context that Lambda invokes a handler with, its clock running down from 30 seconds.
 *
 * @param overrides fields to have instead
 * @returns a context of its own for one invocation
 * @example
 * await handler(event, context({ awsRequestId: "r1", getRemainingTimeInMillis: () => 50 }));
 */
export function context(overrides: Partial<Context> = {}): Context {
  return { ...contextOf("test", 30_000), ...overrides };
}
