import { randomUUID } from "node:crypto";
import type { EventBridgeEvent, ScheduledEvent } from "aws-lambda";
import { checkOptions, type OptionTable } from "../../../src/core/options.ts";
import { type CognitoEvents, type CognitoTrigger, cognitoTriggers } from "../../../src/events/cognito.ts";
import { type Overrides, override } from "../requests/overrides.ts";

/** An event of a bus as a test writes it down. */
export interface TestBusMessage<Detail = unknown> {
  detail: Detail;
  /** @default "test" */
  source?: string;
  /** @default "Test" */
  detailType?: string;
  /** @default none */
  resources?: readonly string[];
  /** @default a new one */
  id?: string;
  /** When it happened. @default now */
  time?: Date | string;
}

/** A run of a schedule as a test writes it down. */
export interface TestRun {
  /** The name of the rule. @default "schedule" */
  name?: string;
  /** When it is due. @default now */
  time?: Date | string;
  /** @default a new one */
  id?: string;
}

const busKinds: OptionTable<TestBusMessage> = {
  detail: "any",
  source: "string",
  detailType: "string",
  resources: "names",
  id: "string",
  time: "any",
};
const runKinds: OptionTable<TestRun> = { name: "string", time: "any", id: "string" };

const account = "000000000000";
const region = "us-east-1";

/** EventBridge gives whole seconds. */
const wholeSeconds = (time: Date | string = new Date()): string =>
  new Date(time).toISOString().replace(/\.\d+/, "");

/** https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export function busEvent<Detail>(given: TestBusMessage<Detail>): EventBridgeEvent<string, Detail> {
  checkOptions("events.eventBridge", given as TestBusMessage, busKinds);
  const { detail, source = "test", detailType = "Test", resources = [], id = randomUUID(), time } = given;
  return {
    version: "0",
    id,
    "detail-type": detailType,
    source,
    account,
    time: wholeSeconds(time),
    region,
    resources: [...resources],
    detail: JSON.parse(JSON.stringify(detail)),
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-eventbridge-scheduler.html */
export function scheduledEvent(run: TestRun): ScheduledEvent {
  checkOptions("events.scheduled", run, runKinds);
  const { name = "schedule", id = randomUUID(), time } = run;
  return {
    version: "0",
    id,
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account,
    time: wholeSeconds(time),
    region,
    resources: [`arn:aws:events:${region}:${account}:rule/${name}`],
    detail: {},
  };
}

const userAttributes = { sub: "b0d5a2f4-0000-4000-8000-000000000001", email: "user@example.com" };
const confirmed = { ...userAttributes, email_verified: "true", "cognito:user_status": "CONFIRMED" };
const groupConfiguration = { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null };
const tokens = { userAttributes: confirmed, groupConfiguration };
const scopes = ["aws.cognito.signin.user.admin"];
const asked = { userAttributes: confirmed, session: [] };
const sent = { code: "AYADeExample", clientMetadata: null, userAttributes };

/** What an event has of its own: its source, its request and its response; those that answer nothing have an empty one. */
type Own = readonly [source: string, request: object, response?: object | undefined, version?: string];

/** As the page of each trigger has it: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html */
const ownOf: Readonly<Record<CognitoTrigger, Own>> = {
  preSignUp: [
    "PreSignUp_SignUp",
    { userAttributes, validationData: null },
    { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
  ],
  postConfirmation: ["PostConfirmation_ConfirmSignUp", { userAttributes: confirmed }],
  preAuthentication: [
    "PreAuthentication_Authentication",
    { userAttributes: confirmed, validationData: null },
  ],
  postAuthentication: [
    "PostAuthentication_Authentication",
    { userAttributes: confirmed, newDeviceUsed: false },
  ],
  preTokenGeneration: ["TokenGeneration_Authentication", tokens, { claimsOverrideDetails: null }],
  preTokenGenerationV2: [
    "TokenGeneration_Authentication",
    { ...tokens, scopes },
    { claimsAndScopeOverrideDetails: null },
    "2",
  ],
  preTokenGenerationV3: [
    "TokenGeneration_Authentication",
    { ...tokens, scopes },
    { claimsAndScopeOverrideDetails: null },
    "3",
  ],
  customMessage: [
    "CustomMessage_SignUp",
    { userAttributes, codeParameter: "{####}", linkParameter: "{##Click Here##}", usernameParameter: null },
    { smsMessage: null, emailMessage: null, emailSubject: null },
  ],
  defineAuthChallenge: [
    "DefineAuthChallenge_Authentication",
    asked,
    { challengeName: null, issueTokens: null, failAuthentication: null },
  ],
  createAuthChallenge: [
    "CreateAuthChallenge_Authentication",
    { ...asked, challengeName: "CUSTOM_CHALLENGE" },
    { publicChallengeParameters: null, privateChallengeParameters: null, challengeMetadata: null },
  ],
  verifyAuthChallengeResponse: [
    "VerifyAuthChallengeResponse_Authentication",
    { userAttributes: confirmed, privateChallengeParameters: {}, challengeAnswer: "" },
    { answerCorrect: null },
  ],
  userMigration: [
    "UserMigration_Authentication",
    { password: "password", validationData: null, userAttributes: null },
    {
      userAttributes: null,
      forceAliasCreation: null,
      finalUserStatus: null,
      messageAction: null,
      desiredDeliveryMediums: null,
    },
  ],
  inboundFederation: [
    "InboundFederation_ExternalProvider",
    { providerName: "Google", providerType: "Google", attributes: { userInfo: userAttributes } },
    { userAttributesToMap: {} },
  ],
  customEmailSender: ["CustomEmailSender_SignUp", { type: "customEmailSenderRequestV1", ...sent }],
  customSmsSender: ["CustomSMSSender_SignUp", { type: "customSMSSenderRequestV1", ...sent }],
};

/** @throws TypeError when there is no such trigger */
export function cognitoEvent<Name extends CognitoTrigger>(
  trigger: Name,
  overrides: Overrides<CognitoEvents[Name]>,
): CognitoEvents[Name] {
  if (!cognitoTriggers.includes(trigger)) {
    throw new TypeError(
      `events.cognito: there is no trigger "${trigger}"; there are ${cognitoTriggers.join(", ")}`,
    );
  }
  const [triggerSource, request, response = {}, version = "1"] = ownOf[trigger];
  const event = {
    version,
    region,
    userPoolId: `${region}_example`,
    userName: "user",
    callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: "client" },
    triggerSource,
    request,
    response,
  };
  return override(JSON.parse(JSON.stringify(event)), overrides);
}
