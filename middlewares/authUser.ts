import type { ClaimRules, Claims } from "../src/auth/claims.ts";
import { claimsHold, parseClaims } from "../src/auth/claims.ts";
import { tokenOf } from "../src/auth/credentials.ts";
import { gatewayIdentity, type Identity, identityOfClaims } from "../src/auth/identity.ts";
import { namedKey, signatureCheckFor, type VerifyKeyOptions, verifyOptionKinds } from "../src/auth/tokens.ts";
import type { CheckSignature } from "../src/auth/verifier.ts";
import { Unauthorized } from "../src/errors.ts";
import { defineMiddleware, type HookRequest, type Middleware, type Shape } from "../src/middleware.ts";
import type { Model } from "../src/models/types.ts";
import { checkOptions } from "../src/options.ts";
import type { CurrentUser } from "../src/rules.ts";
import { settings, settingsVersion } from "../src/settings.ts";

type Loaded<User> = User | null | undefined;

export interface AuthUserOptions<User = CurrentUser, Optional extends boolean = boolean>
  extends VerifyKeyOptions,
    ClaimRules {
  /** Where the user is looked up by id. @default settings.userModel */
  model?: Model<User>;
  /** Finds the user instead of a model, by id and by all that is said of the caller. Nothing is 401. */
  loadUser?: (id: string, claims: Claims) => Loaded<User> | Promise<Loaded<User>>;
  /** The claim that holds the user's id. @default "sub", else "uid" */
  idClaim?: string;
  /** Lets requests without any credential through, with `user: undefined`. A bad credential is still 401. @default false */
  optional?: Optional;
  /** A cookie that may hold the token instead of the `Authorization` header. */
  cookie?: string;
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

/** The check of signatures, made anew when the settings change. */
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
 * authorizer's context, the IAM caller, a VPC Lattice principal); without one it is a Bearer token, or a cookie,
 * which is verified here. The user is then loaded by id.
 *
 * @param options where users are found, what tokens are verified with (`settings.secretKey` unless told), what tokens
 * must say
 * @throws TypeError when an option is wrong, or an algorithm does not fit the key
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
  });
  const { model, idClaim, optional, cookie } = options;
  if (model !== undefined && options.loadUser !== undefined) {
    throw new TypeError('authUser: takes one of the options "model" and "loadUser"');
  }
  const load: Load = options.loadUser ?? loadFrom(model as Lookup | undefined);
  const check = currentCheck(options);
  if (namedKey("authUser", options) !== undefined) check();

  async function identify(event: unknown): Promise<Identity | undefined> {
    const known = gatewayIdentity(event, idClaim);
    if (known !== undefined) return known;
    const token = tokenOf(event, cookie);
    if (token === undefined) return undefined;
    const signed = await check()(token);
    const claims = signed && parseClaims(signed.payload);
    if (!claims || !claimsHold(claims, signed.header.typ, options, settings.jwtLeeway))
      throw new Unauthorized();
    return identityOfClaims(claims, idClaim);
  }

  async function authUserBefore(request: HookRequest): Promise<void> {
    const identity = await identify(request.event);
    const user = identity && (await load(identity.id, identity.claims));
    const isStranger = user === undefined || user === null;
    if (isStranger && !(optional && identity === undefined)) throw new Unauthorized();
    if (typeof request.context !== "object" || request.context === null) request.context = {} as never;
    Object.assign(request.context, { user: isStranger ? undefined : user, claims: identity?.claims });
  }
  return defineMiddleware<Shape, AddsUser<User, Optional>>({
    name: "authUser",
    adds: ["context.user", "context.claims"],
    facts: () => ({
      auth: { optional: optional === true, ...(cookie !== undefined && { cookie }) },
      errors: options.jwks === undefined ? [401] : [401, 503],
    }),
    before: authUserBefore as never,
  });
}
