import { type AuthUserOptions, authUser } from "../middlewares/authUser.ts";
import { warmup } from "../middlewares/warmup.ts";
import type { Claims } from "../src/auth/claims.ts";
import { credentialOf } from "../src/auth/credentials.ts";
import { identityOfClaims } from "../src/auth/identity.ts";
import { verifyOptionKinds } from "../src/auth/tokens.ts";
import { HttpError, Unauthorized } from "../src/core/errors.ts";
import type { HookRequest } from "../src/core/middleware.ts";
import { isObject } from "../src/core/objects.ts";
import { checkOptions, isKind } from "../src/core/options.ts";
import { checkErrorsOptions, reporter } from "../src/core/report.ts";
import type { MaybePromise } from "../src/core/types.ts";
import { withoutStack } from "../src/core/withoutStack.ts";
import { type AnyRule, and, type CurrentUser, checkRules, type Rule } from "../src/http/rules.ts";
import type { HttpEvent } from "../src/http/types.ts";
import { asAround } from "../src/pipeline/around.ts";
import { assembleWith, type LambdaHandler } from "../src/pipeline/assemble.ts";
import { type AuthorizerResult, allowed, denied } from "./parts/authorizerAnswer.ts";
import { type AskedOf, type AuthorizerEvent, readAuthorizerEvent } from "./parts/authorizerEvent.ts";
import { type GenericTable, queueKinds } from "./parts/kinds.ts";
import type { QueueOptions } from "./parts/queue.ts";

/** Who asks for what, for the options of {@link authorizerHandler}. */
export interface AuthorizerRequest<User> {
  event: AuthorizerEvent;
  user: User;
  /** What the token says of the caller. */
  claims: Claims;
}

/** Options of {@link authorizerHandler}: those of `authUser` that are about tokens and users, and what the answer says. */
export interface AuthorizerHandlerOptions<User = CurrentUser>
  extends Omit<AuthUserOptions<User, false>, "optional" | "gateway" | "alb">,
    QueueOptions {
  /**
   * A rule or a list of rules that the caller has to satisfy, else the answer is a Deny (403). They may read the event only where
   * `resources` says what the answer holds for: it is kept for other requests of the same caller.
   */
  permit?: Rule<{ user: User; claims: Claims }> | readonly Rule<{ user: User; claims: Claims }>[];
  /**
   * What of the stage the caller may ask for: `["GET/*", "POST/orders"]`, or whole ARNs. Nothing of it is a Deny.
   * @default everything
   */
  resources?: (request: AuthorizerRequest<User>) => MaybePromise<readonly string[]>;
  /** What handlers behind the gateway get as `context.claims`. @default the claims of the token */
  claims?: (request: AuthorizerRequest<User>) => MaybePromise<object>;
  /** The API key that a REST API counts the request for, where its keys come from authorizers. @default none */
  usageIdentifierKey?: (request: AuthorizerRequest<User>) => MaybePromise<string | undefined>;
  /** Whether HTTP APIs get `{ isAuthorized }`, as their `EnableSimpleResponses` says, and not a policy. @default false */
  simpleResponses?: boolean;
}

/** The options of {@link authorizerHandler}. */
export const authorizerKinds: GenericTable<AuthorizerHandlerOptions> = {
  ...verifyOptionKinds,
  model: "model",
  loadUser: "function",
  idClaim: "string",
  cookie: "string",
  permit: ["function", "array"],
  resources: "function",
  claims: "function",
  usageIdentifierKey: "function",
  simpleResponses: "boolean",
  ...queueKinds,
};

const refuseReading = (): never => {
  throw new TypeError(
    'authorizerHandler: a rule of option "permit" reads the event, but the answer is kept for other requests too; say with option "resources" what it holds for',
  );
};

/** Stands for the event before rules whose verdict holds for other requests too. */
const noEvent: HttpEvent = /* @__PURE__ */ new Proxy(
  {},
  { get: refuseReading, has: refuseReading, ownKeys: refuseReading, getOwnPropertyDescriptor: refuseReading },
);

const statusOf = (error: unknown): number | undefined =>
  error instanceof HttpError ? error.statusCode : undefined;

/**
 * Makes the Lambda authorizer of a REST API (TOKEN and REQUEST), of an HTTP API (payload formats 1.0 and 2.0) or of a WebSocket API. Tokens
 * are verified and users found as `authUser` does it, and `authUser` behind the gateway has the same claims and the same user. API Gateway keeps
 * an answer for all requests with the same credential, so it is about the caller and allows the whole stage, unless `resources` says less.
 * Nobody is `Unauthorized` (401); somebody who may not is a Deny (403); whatever else fails is logged and thrown on, and allows nothing.
 *
 * @param options where users are found and what tokens are verified with, as for `authUser`; who may call what, and what is passed on
 * @returns a Lambda handler that returns a policy, or `{ isAuthorized }`
 * @throws TypeError naming an unknown or wrong option
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 * @example
 * export const authorizer = authorizerHandler({ model: Users, permit: (_event, { user }) => user.active });
 */
export function authorizerHandler<User = CurrentUser>(
  options: AuthorizerHandlerOptions<User> = {},
): LambdaHandler<AuthorizerResult> {
  checkOptions<object>("authorizerHandler", options, authorizerKinds);
  const { permit, resources, claims: passOn, usageIdentifierKey, simpleResponses = false, ...rest } = options;
  const { around = [], use = [], errors, warmup: warming, ...auth } = rest;
  checkErrorsOptions("authorizerHandler", errors);
  if (simpleResponses && resources !== undefined) {
    throw new TypeError('authorizerHandler: takes one of the options "simpleResponses" and "resources"');
  }
  const rules = permit === undefined ? undefined : ([permit].flat() as AnyRule[]);
  if (rules !== undefined) checkRules('authorizerHandler: option "permit"', rules);
  const permits = rules && (and(...rules) as Rule<object>);
  const { before } = authUser({ ...(auth as object), gateway: false });
  const notice = reporter(errors);

  async function resourcesFor(asked: AskedOf, request: AuthorizerRequest<User>): Promise<readonly string[]> {
    const names: unknown = resources === undefined ? [asked.everything] : await resources(request);
    if (isKind(names, "names")) return names as readonly string[];
    throw new TypeError('authorizerHandler: option "resources" must give an array of strings');
  }

  async function claimsFor(request: AuthorizerRequest<User>): Promise<object> {
    const passed: unknown = passOn === undefined ? request.claims : await passOn(request);
    if (isObject(passed)) return passed;
    throw new TypeError('authorizerHandler: option "claims" must give an object');
  }

  async function keyFor(request: AuthorizerRequest<User>): Promise<string | undefined> {
    const key: unknown = await usageIdentifierKey?.(request);
    if (isKind(key ?? "", "string")) return key as string | undefined;
    throw new TypeError('authorizerHandler: option "usageIdentifierKey" must give a string');
  }

  async function answer(asked: AskedOf): Promise<AuthorizerResult> {
    const context = {} as { user: User; claims: Claims };
    await before?.({ event: asked.request, context, internal: {} } as unknown as HookRequest<never, never>);
    const { id } = identityOfClaims(context.claims, auth.idClaim);
    const request = { event: asked.event, ...context };
    const seen = resources === undefined ? noEvent : (asked.event as HttpEvent);
    if (permits !== undefined && (await permits(seen, context)) !== true)
      return denied(asked, id, simpleResponses);
    const grant = {
      id,
      claims: await claimsFor(request),
      isAmbient: credentialOf(asked.request, auth.cookie, true)?.isAmbient === true,
      resources: await resourcesFor(asked, request),
      usageIdentifierKey: await keyFor(request),
    };
    return allowed(asked, grant, simpleResponses);
  }

  async function authorize(event: unknown, context: object): Promise<AuthorizerResult> {
    try {
      const asked = readAuthorizerEvent(event);
      try {
        return await answer(asked);
      } catch (error) {
        if (statusOf(error) === 403) return denied(asked, "nobody", simpleResponses);
        throw error;
      }
    } catch (error) {
      // API Gateway answers 401 to this very text, and 500 to any other.
      if (statusOf(error) === 401) throw withoutStack(() => new Unauthorized());
      await notice(error, { event, context });
      throw error;
    }
  }
  const chain = [...(warming === false ? [] : [warmup(warming)]), ...around.map(asAround), ...use];
  return assembleWith(undefined, chain, authorize);
}
