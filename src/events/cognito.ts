import type {
  CreateAuthChallengeTriggerEvent,
  CustomEmailSenderTriggerEvent,
  CustomMessageTriggerEvent,
  CustomSMSSenderTriggerEvent,
  DefineAuthChallengeTriggerEvent,
  InboundFederationTriggerEvent,
  PostAuthenticationTriggerEvent,
  PostConfirmationTriggerEvent,
  PreAuthenticationTriggerEvent,
  PreSignUpTriggerEvent,
  PreTokenGenerationTriggerEvent,
  PreTokenGenerationV2TriggerEvent,
  PreTokenGenerationV3TriggerEvent,
  UserMigrationTriggerEvent,
  VerifyAuthChallengeResponseTriggerEvent,
} from "aws-lambda";
import { BadRequest } from "../core/errors.ts";
import { isObject } from "../core/objects.ts";

/** The event of each trigger of a user pool. */
export interface CognitoEvents {
  preSignUp: PreSignUpTriggerEvent;
  postConfirmation: PostConfirmationTriggerEvent;
  preAuthentication: PreAuthenticationTriggerEvent;
  postAuthentication: PostAuthenticationTriggerEvent;
  /** Of version 1, which changes the ID token. */
  preTokenGeneration: PreTokenGenerationTriggerEvent;
  /** Of version 2, which changes the access token as well. */
  preTokenGenerationV2: PreTokenGenerationV2TriggerEvent;
  /** Of version 3: as version 2, and for the client credentials of machines too. */
  preTokenGenerationV3: PreTokenGenerationV2TriggerEvent | PreTokenGenerationV3TriggerEvent;
  customMessage: CustomMessageTriggerEvent;
  defineAuthChallenge: DefineAuthChallengeTriggerEvent;
  createAuthChallenge: CreateAuthChallengeTriggerEvent;
  verifyAuthChallengeResponse: VerifyAuthChallengeResponseTriggerEvent;
  userMigration: UserMigrationTriggerEvent;
  inboundFederation: InboundFederationTriggerEvent;
  customEmailSender: CustomEmailSenderTriggerEvent;
  customSmsSender: CustomSMSSenderTriggerEvent;
}

/** The name of a trigger of a user pool. */
export type CognitoTrigger = keyof CognitoEvents;

/** How claims of a token change: any JSON in versions 2 and 3. */
export interface CognitoClaims<Value = unknown> {
  claimsToAddOrOverride?: Readonly<Record<string, Value>>;
  claimsToSuppress?: readonly string[];
}

/** What the groups of a user become in its tokens. */
export interface CognitoGroups {
  groupsToOverride?: readonly string[];
  iamRolesToOverride?: readonly string[];
  preferredRole?: string;
}

/** What both tokens become, by versions 2 and 3. */
export interface CognitoTokens {
  claimsAndScopeOverrideDetails: {
    idTokenGeneration?: CognitoClaims;
    accessTokenGeneration?: CognitoClaims & {
      scopesToAdd?: readonly string[];
      scopesToSuppress?: readonly string[];
    };
    groupOverrideDetails?: CognitoGroups;
  };
}

/** What each trigger answers; those that are not here answer nothing. */
export interface CognitoResponses {
  preSignUp: Partial<PreSignUpTriggerEvent["response"]>;
  preTokenGeneration: {
    claimsOverrideDetails: CognitoClaims<string> & { groupOverrideDetails?: CognitoGroups };
  };
  preTokenGenerationV2: CognitoTokens;
  preTokenGenerationV3: CognitoTokens;
  customMessage: Partial<CustomMessageTriggerEvent["response"]>;
  defineAuthChallenge: Partial<DefineAuthChallengeTriggerEvent["response"]>;
  createAuthChallenge: Partial<CreateAuthChallengeTriggerEvent["response"]>;
  verifyAuthChallengeResponse: VerifyAuthChallengeResponseTriggerEvent["response"];
  userMigration: Partial<UserMigrationTriggerEvent["response"]> &
    Pick<UserMigrationTriggerEvent["response"], "userAttributes">;
  inboundFederation: InboundFederationTriggerEvent["response"];
}

/** The triggers, by what their sources begin with: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html */
const names: ReadonlyMap<string, CognitoTrigger> = /* @__PURE__ */ new Map<string, CognitoTrigger>([
  ["PreSignUp", "preSignUp"],
  ["PostConfirmation", "postConfirmation"],
  ["PreAuthentication", "preAuthentication"],
  ["PostAuthentication", "postAuthentication"],
  ["TokenGeneration", "preTokenGeneration"],
  ["CustomMessage", "customMessage"],
  ["DefineAuthChallenge", "defineAuthChallenge"],
  ["CreateAuthChallenge", "createAuthChallenge"],
  ["VerifyAuthChallengeResponse", "verifyAuthChallengeResponse"],
  ["UserMigration", "userMigration"],
  ["InboundFederation", "inboundFederation"],
  ["CustomEmailSender", "customEmailSender"],
  ["CustomSMSSender", "customSmsSender"],
]);

/** All triggers by name. */
export const cognitoTriggers: readonly CognitoTrigger[] = /* @__PURE__ */ [
  ...names.values(),
  "preTokenGenerationV2",
  "preTokenGenerationV3",
];

/** Triggers whose result Cognito does not read. */
const silent: ReadonlySet<CognitoTrigger> = /* @__PURE__ */ new Set<CognitoTrigger>([
  "postConfirmation",
  "preAuthentication",
  "postAuthentication",
  "customEmailSender",
  "customSmsSender",
]);

/** Whether Cognito reads what a trigger answers. */
export const answers = (trigger: CognitoTrigger): boolean => !silent.has(trigger);

/** Version 2 has scopes, which version 1 has not: recorded events of it say version 1 as well. */
function tokenTrigger({ version, request }: Record<string, unknown>): CognitoTrigger {
  if (version === "3") return "preTokenGenerationV3";
  const isTwo = version === "2" || (isObject(request) && Array.isArray(request.scopes));
  return isTwo ? "preTokenGenerationV2" : "preTokenGeneration";
}

/**
 * Says which trigger an event is of.
 *
 * @throws BadRequest when it is not an event of a user pool, and an Error when it is of a trigger that nobody knows
 */
export function cognitoTriggerOf(event: unknown): CognitoTrigger {
  const source = isObject(event) ? event.triggerSource : undefined;
  if (typeof source !== "string") throw new BadRequest("Malformed Cognito event: triggerSource");
  const [kind = ""] = source.split("_");
  const name = names.get(kind);
  if (name === undefined) throw new Error(`Unknown trigger of Cognito: ${source}`);
  return name === "preTokenGeneration" ? tokenTrigger(event as Record<string, unknown>) : name;
}
