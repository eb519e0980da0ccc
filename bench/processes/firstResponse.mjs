/** Imports a handler and invokes it once, in a fresh process; says when the response is there. */
import { readFileSync, writeSync } from "node:fs";

const [, , path, event] = process.argv;
const { handler } = await import(path);
const context = {
  awsRequestId: "8f507cfc-1f5b-4f0a-9d4b-0f3b1f2a3c4d",
  functionName: "users",
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => 3000,
};
const { statusCode = 200, batchItemFailures = [] } = await handler(
  JSON.parse(readFileSync(event, "utf8")),
  context,
);
writeSync(1, `${batchItemFailures.length === 0 ? statusCode : 500}\n`);
process.exit();
