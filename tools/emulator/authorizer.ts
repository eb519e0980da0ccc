import { type AuthorizerKind, authorizerKinds } from "../../src/auth/identity.ts";
import { isObject, mapValues } from "../../src/core/objects.ts";
import { isKind } from "../../src/core/options.ts";
import type { GatewaySource } from "./sources.ts";

/** The caller of a request that is signed with IAM credentials. */
export interface IamCaller {
  accessKey?: string;
  accountId?: string;
  callerId?: string;
  principalOrgId?: string;
  userArn?: string;
  userId?: string;
  /** Who a Cognito identity pool signs for. */
  cognitoIdentity?: { identityId: string; identityPoolId?: string };
}

/** Who calls, as an authorizer of AWS found out: one of the three. */
export interface Authorizer {
  /** The claims of a token: of a JWT authorizer on HTTP APIs, of a Cognito user pool on REST APIs. */
  jwt?: { claims: Readonly<Record<string, unknown>>; scopes?: readonly string[] };
  /** What a Lambda authorizer gave as its context. */
  lambda?: Readonly<Record<string, unknown>>;
  /** Whom a Lambda authorizer of a REST API named. @default the context's own `principalId` */
  principalId?: string;
  /** The caller whose signature was checked. */
  iam?: IamCaller;
}

const kinds: readonly AuthorizerKind[] = ["jwt", "lambda", "iam"];

/** Whether a source knows this kind of authorizer. */
export const knowsAuthorizer = (source: GatewaySource, authorizer: Authorizer): boolean =>
  kinds.every(kind => authorizer[kind] === undefined || authorizerKinds(source).includes(kind));

const principalOf = ({ principalId, lambda }: Authorizer): unknown => principalId ?? lambda?.principalId;

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html */
function isRestContext({ lambda = {} }: Authorizer): boolean {
  return Object.values(lambda).every(value => isKind(value ?? "", ["string", "number", "boolean"]));
}

/**
 * Checks an authorizer before any request comes.
 *
 * @param factory who asks, for the messages
 * @throws TypeError when it is malformed, or nothing that the source knows
 */
export function checkAuthorizer(factory: string, source: GatewaySource, authorizer: Authorizer): void {
  const wrong = (what: string): TypeError => new TypeError(`${factory}: option "authorizer" ${what}`);
  const [kind, another] = kinds.filter(name => authorizer[name] !== undefined);
  if (kind === undefined || another !== undefined) throw wrong("must have one of jwt, lambda and iam");
  if (!isObject(authorizer[kind])) throw wrong(`must have an object as ${kind}`);
  if (kind === "jwt" && !isObject(authorizer.jwt?.claims)) throw wrong("must have an object as jwt.claims");
  if (!authorizerKinds(source).includes(kind))
    throw wrong(`can't be ${kind}: ${source} knows no such authorizer`);
  if (source !== "rest" || kind !== "lambda") return;
  if (!isKind(principalOf(authorizer), "string")) throw wrong("must have a principalId on REST APIs");
  if (!isRestContext(authorizer)) {
    throw wrong("must have text, numbers and booleans alone in its lambda context on REST APIs");
  }
}

const claimText =
  (list: (values: unknown[]) => string) =>
  (value: unknown): string => {
    if (Array.isArray(value)) return list(value);
    return typeof value === "object" ? JSON.stringify(value) : String(value);
  };

/** Claims are text on HTTP APIs; a list is `[a b]`. */
const httpClaim = claimText(values => `[${values.join(" ")}]`);

/** Claims are text on REST APIs; a list is `a,b`. */
const restClaim = claimText(values => values.join(","));

/**
 * The `authorizer` of an HTTP API's and of a function URL's request context.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function payloadV2Authorizer({ jwt, lambda, iam }: Authorizer): Record<string, unknown> {
  if (jwt !== undefined) {
    return { jwt: { claims: mapValues(jwt.claims, httpClaim), scopes: jwt.scopes ?? null } };
  }
  if (lambda !== undefined) return { lambda };
  const { cognitoIdentity, ...caller } = iam as IamCaller;
  const pool = cognitoIdentity && { amr: ["authenticated"], identityPoolId: "", ...cognitoIdentity };
  return {
    iam: {
      accessKey: null,
      accountId: null,
      callerId: null,
      principalOrgId: null,
      userArn: null,
      userId: null,
      ...caller,
      cognitoIdentity: pool ?? null,
    },
  };
}

/** The `authorizer` of a REST API's request context: a Lambda authorizer's context is flat, and text. */
export function restAuthorizer(authorizer: Authorizer): Record<string, unknown> | undefined {
  const { jwt, lambda } = authorizer;
  if (jwt !== undefined) return { claims: mapValues(jwt.claims, restClaim) };
  if (lambda === undefined) return undefined;
  const context = mapValues(lambda, value => (value === null ? null : String(value)));
  return { ...context, principalId: principalOf(authorizer), integrationLatency: 0 };
}

/**
 * The `authorizer` of an HTTP API's request context with payload format 1.0: what a REST API has, and claims as this API
 * writes them. Without any it is there nonetheless.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function httpV1Authorizer(authorizer: Authorizer): Record<string, unknown> {
  const { jwt, lambda } = authorizer;
  if (jwt !== undefined) return { claims: mapValues(jwt.claims, httpClaim), scopes: jwt.scopes ?? null };
  if (lambda === undefined) return { claims: null, scopes: null };
  const principal = principalOf(authorizer);
  return { ...lambda, ...(principal !== undefined && { principalId: principal }), integrationLatency: 0 };
}

/** The part of a REST API's `identity` that names the IAM caller. */
export function restIdentity({ iam = {} }: Authorizer): Record<string, string> {
  const { accessKey, accountId, callerId, principalOrgId, userArn, userId, cognitoIdentity } = iam;
  const fields = {
    accessKey,
    accountId,
    caller: callerId,
    principalOrgId,
    userArn,
    user: userId,
    cognitoIdentityId: cognitoIdentity?.identityId,
    cognitoIdentityPoolId: cognitoIdentity?.identityPoolId,
    cognitoAuthenticationType: cognitoIdentity && "authenticated",
  };
  return Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined),
  );
}
