import { registerHooks } from "node:module";

/** The clients that Middy's packages import when they load, which nothing else here needs. */
const clients: Readonly<Record<string, readonly string[]>> = {
  "@aws-sdk/client-ssm": ["SSMClient", "GetParametersCommand", "GetParametersByPathCommand"],
  "@aws-sdk/client-secrets-manager": [
    "SecretsManagerClient",
    "GetSecretValueCommand",
    "DescribeSecretCommand",
  ],
  "@aws-sdk/client-sts": ["STSClient", "AssumeRoleCommand"],
};

const moduleOf = (names: readonly string[]): string =>
  names.map(name => `export class ${name} { constructor(input) { this.input = input; } }`).join("\n");

/** Has these clients found as modules whose commands do nothing but hold what they were made of. */
export function stubAwsClients(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const names = clients[specifier];
      if (names === undefined) return next(specifier, context);
      return { url: `data:text/javascript,${encodeURIComponent(moduleOf(names))}`, shortCircuit: true };
    },
  });
}

interface Command {
  input: { Names?: string[]; SecretId?: string; RoleArn?: string };
}

/** A client that knows one value of each kind. */
export class StubClient {
  async send({ input }: Command): Promise<object> {
    if (input.Names)
      return { Parameters: input.Names.map(Name => ({ Name, Type: "String", Value: "found" })) };
    if (input.SecretId) return { SecretString: "found" };
    return { Credentials: { AccessKeyId: "found", SecretAccessKey: "s", SessionToken: "t" } };
  }
}
