/**
 * Runs the tests of dynamoModel and dynamoStore on DynamoDB Local, which has what dynalite lacks. It is AWS's own, under its own
 * licence, and comes in an npm package that is fetched into the system's temporary directory; Java 17 or later runs it.
 */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const version = "2.9.30";
const directory = join(tmpdir(), `tsverless-dynamodb-local-${version}`);
const emulator = join(directory, "package", "emulator");

function fetchEmulator(): void {
  if (existsSync(join(emulator, "DynamoDBLocal.jar"))) return;
  mkdirSync(directory, { recursive: true });
  execFileSync("npm", ["pack", "--silent", `amplify-dynamodb-simulator@${version}`], { cwd: directory });
  execFileSync("tar", ["xzf", `amplify-dynamodb-simulator-${version}.tgz`], { cwd: directory });
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function responses(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

fetchEmulator();
const port = await freePort();
const options = [
  "-jar",
  "DynamoDBLocal.jar",
  "-inMemory",
  "-sharedDb",
  "-disableTelemetry",
  "-port",
  String(port),
];
const java = spawn("java", ["-Djava.library.path=./DynamoDBLocal_lib", ...options], {
  cwd: emulator,
  stdio: "ignore",
});
process.on("exit", () => java.kill("SIGKILL"));
for (const until = Date.now() + 60_000; !(await responses(port)); ) {
  if (Date.now() > until || java.exitCode !== null) throw new Error("DynamoDB Local does not start");
  await new Promise(resolve => setTimeout(resolve, 200));
}
const tests = spawn(
  "npx",
  ["vitest", "run", "test/src/models/dynamo", "test/src/idempotency/dynamo.test.ts"],
  {
    env: { ...process.env, DYNAMODB_ENDPOINT: `http://127.0.0.1:${port}` },
    stdio: "inherit",
  },
);
tests.on("exit", code => process.exit(code ?? 1));
