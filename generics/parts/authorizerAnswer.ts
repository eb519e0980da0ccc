import type { APIGatewayAuthorizerResult, APIGatewaySimpleAuthorizerWithContextResult } from "aws-lambda";
import { passedField } from "../../src/auth/identity.ts";
import type { AskedOf } from "./authorizerEvent.ts";

/** What is passed on to the handlers behind: text, as REST APIs take it. */
export type PassedContext = Record<string, string>;

/** What API Gateway gets: an IAM policy, or a simple response of HTTP APIs. */
export type AuthorizerResult =
  | APIGatewayAuthorizerResult
  | APIGatewaySimpleAuthorizerWithContextResult<PassedContext>
  | { isAuthorized: false };

/** Who may call what. */
export interface Grant {
  readonly id: string;
  /** What is said of the caller. */
  readonly claims: object;
  /** Whether a cookie alone identified the caller. */
  readonly isAmbient: boolean;
  /** Behind the stage, as `GET/orders/*`, or whole ARNs; none is a Deny. */
  readonly resources: readonly string[];
  /** For APIs that have usage plans, which HTTP APIs have not. */
  readonly usageIdentifierKey: string | undefined;
}

const isSimpleFor = ({ version }: AskedOf, isSimple: boolean): boolean => isSimple && version === "2.0";

function policyOf(
  asked: AskedOf,
  id: string,
  effect: "Allow" | "Deny",
  resources: readonly string[],
): APIGatewayAuthorizerResult {
  const Resource = resources.map(name => (name.startsWith("arn:") ? name : `${asked.stageArn}/${name}`));
  return {
    principalId: id,
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: effect, Resource }],
    },
  };
}

/**
 * The answer for somebody who may not: everything of the stage, since it is kept for other requests of the same caller.
 *
 * @param id whom it is about
 */
export function denied(asked: AskedOf, id: string, isSimple: boolean): AuthorizerResult {
  return isSimpleFor(asked, isSimple)
    ? { isAuthorized: false }
    : policyOf(asked, id, "Deny", [asked.everything]);
}

/**
 * The answer for somebody who may. REST APIs put `principalId` beside the context, HTTP APIs do not with payload format 2.0.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function allowed(asked: AskedOf, grant: Grant, isSimple: boolean): AuthorizerResult {
  const { id, claims, isAmbient, resources, usageIdentifierKey } = grant;
  const passed = JSON.stringify({ claims, ...(isAmbient && { cookie: true }) });
  const context = { ...(asked.version === "2.0" && { principalId: id }), [passedField]: passed };
  if (isSimpleFor(asked, isSimple)) return { isAuthorized: true, context };
  if (resources.length === 0) return denied(asked, id, false);
  return {
    ...policyOf(asked, id, "Allow", resources),
    context,
    ...(asked.version === undefined && usageIdentifierKey !== undefined && { usageIdentifierKey }),
  };
}
