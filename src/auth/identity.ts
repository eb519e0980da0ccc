import { Unauthorized } from "../core/errors.ts";
import { isObject, isRecord } from "../core/objects.ts";
import { sourceOf } from "../http/source.ts";
import type { Source } from "../http/types.ts";
import { type Claims, parseClaims } from "./claims.ts";

/** Who calls: the id that users are known by, and all that was said of the caller. */
export interface Identity {
  readonly id: string;
  readonly claims: Claims;
}

/** What finds out who calls before a function is reached: checks a token, is a function of its own, or checks a signature. */
export type AuthorizerKind = "jwt" | "lambda" | "iam";

/** What the gateway says of the caller, before it is asked what it must say. */
export interface GatewayCaller {
  /**
   * `claims` of a token or of a Lambda authorizer; `signature` where AWS checked that the request was signed, which brings no
   * claims, and which an edge in front of the function may have done for everybody.
   */
  readonly kind: "claims" | "signature";
  readonly claims: Claims;
  /** `undefined` where it names nobody. */
  readonly id: string | undefined;
  /** Whether `authorizerHandler` passed the claims of a token on, which the gateway may keep for longer than the token holds. */
  readonly isPassed?: boolean;
  /** Whether a cookie identified the caller, which a page of another site can have sent too. */
  readonly isAmbient?: boolean;
}

/**
 * The field of a Lambda authorizer's context in which `authorizerHandler` passes claims on: JSON, since a REST API takes text, numbers
 * and booleans alone, and makes text of them.
 */
export const passedField = "tsverless";

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

/**
 * Who a token's claims say that it is.
 *
 * @throws Unauthorized 401 when they name nobody
 */
export function identityOfClaims(claims: Claims, idClaim: string | undefined): Identity {
  const id = firstId(claims, idClaim === undefined ? ["sub", "uid"] : [idClaim]);
  if (id === undefined) throw new Unauthorized();
  return { id, claims };
}

/** Claims of Cognito that hold lists. */
const listClaims: readonly string[] = ["cognito:groups", "cognito:roles"];

/** A list as HTTP APIs write it in claims, `[a b]`, or REST APIs, `a,b`. */
function listOf(value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (value.startsWith("[") && value.endsWith("]")) {
    return value
      .slice(1, -1)
      .split(" ")
      .filter(item => item !== "");
  }
  return value.split(",");
}

const isBracketed = (value: unknown): boolean =>
  typeof value === "string" && value.startsWith("[") && value.endsWith("]");

/** Claims whose lists are lists, whichever source wrote them as text. */
function withLists(claims: Claims): Claims {
  const there = Object.keys(claims).filter(
    name => isBracketed(claims[name]) || (listClaims.includes(name) && typeof claims[name] === "string"),
  );
  if (there.length === 0) return claims;
  return { ...claims, ...Object.fromEntries(there.map(name => [name, listOf(claims[name])])) };
}

/**
 * A Cognito identity pool signs for all its users with one role, so its own id comes before the role's ARN. The ARN
 * is what REST and HTTP APIs both know a caller by.
 */
const iamNames: readonly string[] = ["userArn", "userId", "user", "callerId", "caller"];

/** An identity pool signs for guests too, who are nobody. */
function isGuest(iam: Claims): boolean {
  const pool = recordOf(iam, "cognitoIdentity");
  const amr = pool && ownOf(pool, "amr");
  return (
    ownOf(iam, "cognitoAuthenticationType") === "unauthenticated" ||
    (Array.isArray(amr) && amr.includes("unauthenticated"))
  );
}

function callerOfIam(iam: Claims | undefined, idClaim: string | undefined): GatewayCaller | undefined {
  if (iam === undefined || isGuest(iam)) return undefined;
  const pool = recordOf(iam, "cognitoIdentity") ?? iam;
  const id =
    idClaim === undefined
      ? (firstId(pool, ["identityId", "cognitoIdentityId"]) ?? firstId(iam, iamNames))
      : firstId(iam, [idClaim]);
  return id === undefined ? undefined : { kind: "signature", claims: iam, id };
}

/** Whom claims name, in the first of these claims that can be an id, or in the one that is named. */
export function callerOf(
  claims: Claims | undefined,
  names: readonly string[],
  idClaim: string | undefined,
): GatewayCaller | undefined {
  if (claims === undefined) return undefined;
  return {
    kind: "claims",
    claims: withLists(claims),
    id: firstId(claims, idClaim === undefined ? names : [idClaim]),
  };
}

/** Where tokens have the id of the user. */
export const tokenNames: readonly string[] = ["sub", "uid"];

/** What `authorizerHandler` passed on, as it was. */
function callerOfPassed(context: Claims, idClaim: string | undefined): GatewayCaller | undefined {
  const text = ownOf(context, passedField);
  const passed = typeof text === "string" ? parseClaims(text) : undefined;
  const claims = recordOf(passed, "claims");
  if (passed === undefined || claims === undefined) return undefined;
  const id = idClaim === undefined ? firstId(context, ["principalId"]) : firstId(claims, [idClaim]);
  return { kind: "claims", claims, id, isPassed: true, isAmbient: passed.cookie === true };
}

/** A Lambda authorizer's context counts when it names somebody, in the field that is looked for or at all. */
function callerOfLambda(context: Claims | undefined, idClaim: string | undefined): GatewayCaller | undefined {
  if (context === undefined) return undefined;
  const passed = callerOfPassed(context, idClaim);
  if (passed !== undefined) return passed;
  const isThere = firstId(context, [
    "principalId",
    ...tokenNames,
    ...(idClaim === undefined ? [] : [idClaim]),
  ]);
  return isThere === undefined ? undefined : callerOf(context, ["principalId", ...tokenNames], idClaim);
}

type Read = (context: Claims, idClaim: string | undefined) => GatewayCaller | undefined;

/** An authorizer that a source may have, and how it says who calls. */
interface Way {
  readonly kind: AuthorizerKind;
  readonly read: Read;
}

const authorizerOf = (context: Claims): Claims | undefined => recordOf(context, "authorizer");

/** A REST API has a Lambda authorizer's context flat, beside whom it named. */
const flatContext: Way = {
  kind: "lambda",
  read(context, idClaim) {
    const authorizer = authorizerOf(context);
    const isNamed = authorizer !== undefined && firstId(authorizer, ["principalId"]) !== undefined;
    return isNamed ? callerOfLambda(authorizer, idClaim) : undefined;
  },
};

const lambdaContext: Way = {
  kind: "lambda",
  read: (context, idClaim) => callerOfLambda(recordOf(authorizerOf(context), "lambda"), idClaim),
};

const flatClaims: Way = {
  kind: "jwt",
  read: (context, idClaim) => callerOf(recordOf(authorizerOf(context), "claims"), tokenNames, idClaim),
};

const jwtClaims: Way = {
  kind: "jwt",
  read: (context, idClaim) =>
    callerOf(recordOf(recordOf(authorizerOf(context), "jwt"), "claims"), tokenNames, idClaim),
};

const restSignature: Way = {
  kind: "iam",
  read: (context, idClaim) => callerOfIam(recordOf(context, "identity"), idClaim),
};

const httpSignature: Way = {
  kind: "iam",
  read: (context, idClaim) => callerOfIam(recordOf(authorizerOf(context), "iam"), idClaim),
};

const latticeSignature: Way = {
  kind: "iam",
  read(context, idClaim) {
    const caller = recordOf(context, "identity");
    const id = caller && firstId(caller, [idClaim ?? "principal"]);
    return id === undefined ? undefined : { kind: "signature", claims: caller as Claims, id };
  },
};

const restWays = [flatContext, flatClaims, restSignature];
const httpWays = [jwtClaims, lambdaContext, httpSignature];

/**
 * Which source says who calls, and where; the first that says it counts. What has the form of another source's authorizer was
 * not put there by AWS.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * @see https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html
 */
const ways: Record<Source | "url" | "unknown", readonly Way[]> = {
  // Whoever may invoke the function by itself is believed.
  unknown: [...restWays, ...httpWays, latticeSignature],
  rest: restWays,
  "http-v1": [jwtClaims, ...restWays],
  http: httpWays,
  url: [httpSignature],
  alb: [],
  "alb-multi": [],
  "lattice-v1": [],
  "lattice-v2": [latticeSignature],
};

/**
 * The kinds of authorizers that a source may have: a load balancer has none of them, a function URL and VPC Lattice know
 * signatures alone.
 *
 * @param source the source; `url` is a function URL
 * @returns `jwt`, `lambda`, `iam`, or some of them
 * @example
 * authorizerKinds("url"); // ["iam"]
 */
export const authorizerKinds = (source: Source | "url"): readonly AuthorizerKind[] => [
  ...new Set(ways[source].map(({ kind }) => kind)),
];

/** A function URL's events are those of an HTTP API, but for the domain. */
function placeOf(event: unknown, context: Claims): keyof typeof ways {
  const source = sourceOf(event) ?? "unknown";
  const domain = ownOf(context, "domainName");
  return source === "http" && typeof domain === "string" && domain.includes(".lambda-url.") ? "url" : source;
}

/**
 * Who calls, according to the gateway, which has checked it: the `principalId` of a REST Lambda authorizer, the `sub`
 * of a Cognito user pool or of an HTTP API's JWT authorizer, the context of an HTTP API's Lambda authorizer, the IAM
 * caller (ARN), or the principal of VPC Lattice.
 *
 * @param event an event of any source; one of no known source is read in any of their forms
 * @param idClaim the claim, or the field of a Lambda authorizer's context, that holds the id; where it is missing nothing
 * steps in
 * @returns what the gateway says; `undefined` when it says nothing of the caller
 * @example
 * gatewayCaller({ requestContext: { authorizer: { principalId: "u1" } } })?.id; // "u1"
 */
export function gatewayCaller(event: unknown, idClaim?: string): GatewayCaller | undefined {
  const context = isRecord(event) ? recordOf(event, "requestContext") : undefined;
  if (context === undefined) return undefined;
  for (const { read } of ways[placeOf(event, context)]) {
    const caller = read(context, idClaim);
    if (caller !== undefined) return caller;
  }
  return undefined;
}
