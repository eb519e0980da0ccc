/** Loads what was compiled, so that an installation that did not work fails here and not in a test that is skipped. */
import { createRequire } from "node:module";

// It is read when the client is loaded; nothing is sent there.
process.env.AWS_LAMBDA_RUNTIME_API ??= "127.0.0.1:9";
try {
  createRequire(import.meta.url)("./node_modules/aws-lambda-ric/rapid-client.node");
  console.log(`aws-lambda-ric is compiled and loads on Node ${process.versions.node}`);
} catch (error) {
  console.error(
    "aws-lambda-ric has no native client that loads. It compiles on Linux, with cmake, make and g++.",
  );
  console.error(error);
  process.exitCode = 1;
}
