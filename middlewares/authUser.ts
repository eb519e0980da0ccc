import { albCaller } from "#alb";
import type { AlbOptions } from "../src/auth/alb.ts";
import type { ClaimRules, Claims } from "../src/auth/claims.ts";
import { asksOfClaims, claimsHold, isTimely, parseClaims, rulesHold } from "../src/auth/claims.ts";
import { credentialOf } from "../src/auth/credentials.ts";
import { checkOrigin } from "../src/auth/crossOrigin.ts";
import { gatewayCaller, type Identity, identityOfClaims } from "../src/auth/identity.ts";
import {
  checkRules,
  namedKey,
  signatureCheckFor,
  type VerifyKeyOptions,
  verifyOptionKinds,
} from "../src/auth/tokens.ts";
import type { CheckSignature } from "../src/auth/verifier.ts";
import { callers } from "../src/core/callers.ts";
import { Unauthorized } from "../src/core/errors.ts";
import { defineMiddleware, type HookRequest, type Middleware, type Shape } from "../src/core/middleware.ts";
import { nodeCrypto } from "../src/core/nodeCrypto.ts";
import { checkOptions } from "../src/core/options.ts";
import { settings, settingsVersion } from "../src/core/settings.ts";
import { withoutStack } from "../src/core/withoutStack.ts";
import { forbidStoring } from "../src/http/noStore.ts";
import type { CurrentUser } from "../src/http/rules.ts";
import type { Model } from "../src/models/types.ts";

type Loaded<User> = User | null | undefined | false | 0 | "";

export interface AuthUserOptions<User = CurrentUser, Optional extends boolean = boolean>
  extends VerifyKeyOptions,
    ClaimRules {
  /** Where the user is looked up by id. @default settings.userModel */
  model?: Model<User>;
  /** Finds the user instead of a model, by id and by all that is said of the caller. Any falsy value is nobody: 401. */
  loadUser?: (id: string, claims: Claims) => Loaded<User> | Promise<Loaded<User>>;
  /** The claim that holds the user's id; where it is missing nothing steps in. @default "sub", else "uid" */
  idClaim?: string;
  /** Lets requests without any credential through, with `user: undefined`. A bad credential is still 401. @default false */
  optional?: Optional;
  /**
   * A cookie that may hold the token instead of the `Authorization` header. An unsafe request that it identifies must come from
   * the same origin, or from one that `cors` allows by name: else 403.
   */
  cookie?: string;
  /** Whether callers count whom the gateway has found out: its authorizers, and signatures that AWS checked. @default true */
  gateway?: boolean;
  /**
   * Takes whom an Application Load Balancer has signed in (`x-amzn-oidc-data`), when this very one signed it. Its own cookie
   * identifies the browser, so that unsafe requests must come from the same origin here too.
   */
  alb?: AlbOptions;
}

/** What `authUser` adds to the context. */
export interface AddsUser<User, Optional extends boolean> extends Shape {
  context: {
    /** The one who calls. */
    user: Optional extends true ? User | undefined : User;
    /** What the token or the gateway says of the caller. */
    claims: Optional extends true ? Claims | undefined : Claims;
  };
}

/** Looks a user up. */
type Load = (id: string, claims: Claims) => unknown;

interface Lookup {
  objects: { get(id: string): Promise<unknown> };
}

function loadFrom(model: Lookup | undefined): Load {
  return function loadFromModel(id) {
    const users: Lookup | undefined = model ?? settings.userModel;
    if (users === undefined)
      throw new Error('authUser: give option "model" or "loadUser", or settings.userModel');
    return users.objects.get(id);
  };
}

/** The check of signatures, made again when the settings change. */
function currentCheck(options: VerifyKeyOptions): () => CheckSignature {
  let made: CheckSignature | undefined;
  let madeAt = -1;
  return function checkInForce() {
    if (made === undefined || madeAt !== settingsVersion()) {
      made = signatureCheckFor("authUser", options);
      madeAt = settingsVersion();
    }
    return made;
  };
}

/**
 * Says who calls. The gateway's authorizer comes first (REST `principalId`, Cognito and JWT claims, a Lambda
 * authorizer's context, the IAM caller, a VPC Lattice principal, a load balancer's signed user); without one it is a Bearer token, or a cookie,
 * which is verified here. The user is then loaded by id.
 *
 * @param options where users are found, what tokens are verified with (`settings.secretKey` when no key is given), what tokens
 * must say
 * @throws TypeError when an option is wrong, or an algorithm does not fit the key
 * @throws Forbidden 403 when a page of another site has a browser send the cookie with a request that may change something
 * @throws Unauthorized 401 `Unauthorized` with `WWW-Authenticate: Bearer`; it never says why
 * @throws HttpError 503 when a remote key set cannot be fetched
 * @example
 * pipeline([errors(), authUser({ model: Users }), serialize(pick("id"))], (event, { user }) => user);
 */
export function authUser<User = CurrentUser, Optional extends boolean = false>(
  options: AuthUserOptions<User, Optional> = {},
): Middleware<Shape, AddsUser<User, Optional>> {
  checkOptions("authUser", options, {
    ...verifyOptionKinds,
    model: "model",
    loadUser: "function",
    idClaim: "string",
    optional: "boolean",
    cookie: "string",
    gateway: "boolean",
    alb: "object",
  });
  const { model, idClaim, optional, cookie, gateway = true } = options;
  if (options.alb !== undefined && !gateway)
    throw new TypeError('authUser: takes one of the options "alb" and "gateway: false"');
  const alb = options.alb && albCaller("authUser", options.alb, idClaim);
  if (model !== undefined && options.loadUser !== undefined) {
    throw new TypeError('authUser: takes one of the options "model" and "loadUser"');
  }
  const load: Load = options.loadUser ?? loadFrom(model as Lookup | undefined);
  const check = currentCheck(options);
  if (namedKey("authUser", options) !== undefined) {
    check();
    // Else the first token would wait for it.
    nodeCrypto();
  }
  checkRules("authUser", options);

  /** Whom the gateway names; what it says has to hold too, and what brings no claims can't. */
  function identityOfGateway(caller: ReturnType<typeof gatewayCaller>): Identity | undefined {
    if (caller === undefined || (caller.kind === "signature" && asksOfClaims(options))) return undefined;
    const { id, claims } = caller;
    const holds =
      !caller.isPassed || isTimely({ exp: Number.POSITIVE_INFINITY, ...claims }, settings.jwtLeeway);
    if (!holds || id === undefined || !rulesHold(claims, options, false))
      throw withoutStack(() => new Unauthorized());
    return { id, claims };
  }

  async function identify(request: HookRequest): Promise<Identity | undefined> {
    const { event } = request;
    const signedIn = await alb?.(event);
    if (signedIn !== undefined) {
      checkOrigin(request);
      return identityOfGateway(signedIn);
    }
    const caller = gateway ? gatewayCaller(event, idClaim) : undefined;
    if (caller?.isAmbient) checkOrigin(request);
    if (caller?.kind === "claims") return identityOfGateway(caller);
    // An edge may have signed the request for everybody: whoever brings a token of his own is the one who calls.
    const credential = credentialOf(event, cookie, caller !== undefined || !gateway);
    if (credential === undefined) return identityOfGateway(caller);
    if (credential.isAmbient) checkOrigin(request);
    const signed = await check()(credential.token);
    const claims = signed && parseClaims(signed.payload);
    if (!claims || !claimsHold(claims, signed.header.typ, options, settings.jwtLeeway))
      throw withoutStack(() => new Unauthorized());
    return identityOfClaims(claims, idClaim);
  }

  async function authUserBefore(request: HookRequest): Promise<void> {
    forbidStoring(request);
    const identity = await identify(request);
    const user = identity && (await load(identity.id, identity.claims));
    const isStranger = !user;
    if (isStranger && !(optional && identity === undefined)) throw withoutStack(() => new Unauthorized());
    if (typeof request.context !== "object" || request.context === null) request.context = {} as never;
    Object.assign(request.context, { user: isStranger ? undefined : user, claims: identity?.claims });
    if (identity !== undefined) callers.note?.(request.context, identity.id);
  }
  return defineMiddleware<Shape, AddsUser<User, Optional>>({
    name: "authUser",
    adds: ["context.user", "context.claims"],
    openapi: () => ({
      auth: { optional: optional === true, ...(cookie !== undefined && { cookie }), options },
      errors: [
        401,
        ...(cookie === undefined && alb === undefined ? [] : [403]),
        ...(options.jwks === undefined && alb === undefined ? [] : [503]),
      ],
    }),
    before: authUserBefore as never,
  });
}
