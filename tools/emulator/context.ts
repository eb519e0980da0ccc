import { randomUUID } from "node:crypto";
import type { Context } from "aws-lambda";

const ignore = (): void => undefined;

/**
 * Makes the context that the Lambda runtime hands to a handler.
 *
 * @param functionName the function's name, as logs and the ARN show it
 * @param timeout milliseconds until the function would be stopped
 * @returns a context of its own for one invocation; its clock is running
 */
export function contextOf(functionName: string, timeout: number): Context {
  const end = performance.now() + timeout;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    memoryLimitInMB: "1024",
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: "local",
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(end - performance.now())),
    done: ignore,
    fail: ignore,
    succeed: ignore,
  };
}

/** What events have of the moment: `12/Mar/2020:19:03:58 +0000`, as access logs have it, and milliseconds. */
export function requestTime(): { time: string; timeEpoch: number } {
  const date = new Date();
  const [, day, month, year, time] = date.toUTCString().split(" ");
  return { time: `${day}/${month}/${year}:${time} +0000`, timeEpoch: date.getTime() };
}
