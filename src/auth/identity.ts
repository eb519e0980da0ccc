import { Unauthorized } from "../errors.ts";
import { isObject, isRecord } from "../objects.ts";
import type { Claims } from "./claims.ts";

/** Who calls: the id that users are known by, and all that was said of the caller. */
export interface Identity {
  readonly id: string;
  readonly claims: Claims;
}

const ownOf = (record: Claims, name: string): unknown =>
  Object.hasOwn(record, name) ? record[name] : undefined;

const recordOf = (record: Claims | undefined, name: string): Claims | undefined => {
  const value = record && ownOf(record, name);
  return isObject(value) ? value : undefined;
};

/** Stands in serverless-offline's events where API Gateway would name a caller. */
const placeholder = "offlineContext_";

/** The first of these claims that can be an id: text, or a number, which is turned into text. */
function firstId(claims: Claims, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = ownOf(claims, name);
    if (typeof value === "string" && value !== "" && !value.startsWith(placeholder)) return value;
    if (Number.isSafeInteger(value)) return String(value);
  }
  return undefined;
}

const identity = (claims: Claims, names: readonly string[]): Identity | undefined => {
  const id = firstId(claims, names);
  return id === undefined ? undefined : { id, claims };
};

/**
 * Who a token's claims say that it is.
 *
 * @throws Unauthorized 401 when they name nobody
 */
export function identityOfClaims(claims: Claims, idClaim: string | undefined): Identity {
  const found = identity(claims, idClaim === undefined ? ["sub", "uid"] : [idClaim]);
  if (found === undefined) throw new Unauthorized();
  return found;
}

/**
 * A Cognito identity pool signs for all its users with one role, so its own id comes before the role's ARN. The ARN
 * is what REST and HTTP APIs both know a caller by.
 */
const iamNames: readonly string[] = ["userArn", "userId", "user", "callerId", "caller"];

function identityOfIam(iam: Claims): Identity | undefined {
  const pool = recordOf(iam, "cognitoIdentity") ?? iam;
  const id = firstId(pool, ["identityId", "cognitoIdentityId"]) ?? firstId(iam, iamNames);
  return id === undefined ? undefined : { id, claims: iam };
}

function identityOfAuthorizer(authorizer: Claims, idClaim: string | undefined): Identity | undefined {
  const own = idClaim === undefined ? [] : [idClaim];
  const principal = identity(authorizer, ["principalId"]);
  if (principal !== undefined) return identity(authorizer, own) ?? principal;
  const claims = recordOf(authorizer, "claims") ?? recordOf(recordOf(authorizer, "jwt"), "claims");
  if (claims !== undefined) return identityOfClaims(claims, idClaim);
  const lambda = recordOf(authorizer, "lambda");
  if (lambda !== undefined) return identity(lambda, [...own, "principalId", "sub", "uid"]);
  const iam = recordOf(authorizer, "iam");
  return iam && identityOfIam(iam);
}

/**
 * Who calls, according to the gateway, which has checked it: the `principalId` of a REST Lambda authorizer, the `sub`
 * of a Cognito user pool or of an HTTP API's JWT authorizer, the context of an HTTP API's Lambda authorizer, the IAM
 * caller (ARN), or the principal of VPC Lattice.
 *
 * @param event an event of any source
 * @param idClaim the claim, or the field of a Lambda authorizer's context, that holds the id
 * @returns the identity; `undefined` when the gateway has none
 * @throws Unauthorized 401 when the gateway passes claims that name nobody
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 * @see https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html
 * @example
 * gatewayIdentity({ requestContext: { authorizer: { principalId: "u1" } } })?.id; // "u1"
 */
export function gatewayIdentity(event: unknown, idClaim?: string): Identity | undefined {
  const context = isRecord(event) ? recordOf(event, "requestContext") : undefined;
  const authorizer = recordOf(context, "authorizer");
  const found = authorizer && identityOfAuthorizer(authorizer, idClaim);
  if (found !== undefined) return found;
  const caller = recordOf(context, "identity");
  return caller && (identityOfIam(caller) ?? identity(caller, ["principal"]));
}
