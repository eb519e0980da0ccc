/**
 * Single events in the forms that AWS sends, with neutral ids: the recorded ones that Powertools for AWS Lambda tests with
 * (github.com/aws-powertools/powertools-lambda-python, `tests/events`), and those of the AWS documentation.
 */

const account = "123456789012";

/** What a rule of EventBridge sends: https://docs.aws.amazon.com/lambda/latest/dg/with-eventbridge-scheduler.html */
export const ruleEvent: Readonly<Record<string, unknown>> = {
  version: "0",
  id: "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
  "detail-type": "Scheduled Event",
  source: "aws.events",
  account,
  time: "2026-10-08T16:53:06Z",
  region: "us-east-1",
  resources: ["arn:aws:events:us-east-1:123456789012:rule/my-scheduled-rule"],
  detail: {},
};

/** What EventBridge Scheduler sends, whose detail is text (`eventBridgeSchedulerEvent.json`). */
export const schedulerEvent: Readonly<Record<string, unknown>> = {
  version: "0",
  id: "d167b752-343a-4b28-afd6-d4de056319e8",
  "detail-type": "Scheduled Event",
  source: "aws.scheduler",
  account,
  time: "2026-02-20T16:03:00Z",
  region: "us-east-1",
  resources: ["arn:aws:scheduler:us-east-1:123456789012:schedule/default/nightly"],
  detail: "{}",
};

const userAttributes = {
  sub: "4A709A36-7D63-4785-829D-4198EF10EBDA",
  email_verified: "true",
  name: "First Last",
  email: "user@example.com",
};
const groupConfiguration = { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null };

const cognito = (triggerSource: string, request: object, more: object = {}): Record<string, unknown> => ({
  version: "1",
  region: "us-east-1",
  userPoolId: "us-east-1_example",
  userName: "UserName",
  callerContext: { awsSdkVersion: "awsSdkVersion", clientId: "clientId" },
  triggerSource,
  request,
  response: {},
  ...more,
});

/** Those that a sender gets have neither `awsSdkVersion` nor a response. */
const sender = (triggerSource: string): Record<string, unknown> => {
  const { response: _, ...event } = cognito(triggerSource, {
    userAttributes: { phone_number_verified: false, email_verified: true },
    type: "customEmailSenderRequestV1",
    code: "someCode",
  });
  return { ...event, callerContext: { awsSdk: "awsSdkVersion", clientId: "clientId" } };
};

/** The events of user pools, by the trigger that each is of. */
export const cognitoEvents: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  preSignUp: [
    cognito("PreSignUp_SignUp", {
      userAttributes: { email: "user@example.com", phone_number: "+12065550100" },
    }),
    cognito("PreSignUp_AdminCreateUser", { userAttributes }),
    cognito("PreSignUp_ExternalProvider", { userAttributes }),
  ],
  postConfirmation: [
    cognito("PostConfirmation_ConfirmSignUp", {
      userAttributes: { email: "user@example.com", email_verified: true },
    }),
    cognito("PostConfirmation_ConfirmForgotPassword", { userAttributes }),
  ],
  preAuthentication: [cognito("PreAuthentication_Authentication", { userAttributes })],
  postAuthentication: [
    cognito("PostAuthentication_Authentication", { newDeviceUsed: true, userAttributes: { email: "a@b.c" } }),
  ],
  preTokenGeneration: [
    cognito("TokenGeneration_Authentication", { userAttributes, groupConfiguration }),
    cognito("TokenGeneration_RefreshTokens", { userAttributes, groupConfiguration }),
  ],
  preTokenGenerationV2: [
    // As Powertools for Python recorded it: of version 1, with scopes.
    cognito("TokenGeneration_Authentication", {
      userAttributes,
      groupConfiguration,
      scopes: ["aws.cognito.signin.user.admin"],
    }),
    cognito("TokenGeneration_HostedAuth", { userAttributes, groupConfiguration }, { version: "2" }),
  ],
  preTokenGenerationV3: [
    cognito("TokenGeneration_Authentication", { userAttributes, scopes: ["openid"] }, { version: "3" }),
    cognito(
      "TokenGeneration_ClientCredentials",
      { clientMetadata: { tenant: "t1" }, scopes: ["api/read"] },
      { version: "3" },
    ),
  ],
  customMessage: [
    cognito("CustomMessage_AdminCreateUser", {
      userAttributes: { phone_number_verified: false, email_verified: true },
      codeParameter: "####",
      linkParameter: "{##Click Here##}",
      usernameParameter: "username",
    }),
  ],
  defineAuthChallenge: [
    cognito("DefineAuthChallenge_Authentication", {
      userAttributes,
      session: [
        { challengeName: "PASSWORD_VERIFIER", challengeResult: true },
        { challengeName: "CUSTOM_CHALLENGE", challengeResult: true, challengeMetadata: "CAPTCHA_CHALLENGE" },
      ],
      userNotFound: true,
    }),
  ],
  createAuthChallenge: [
    cognito("CreateAuthChallenge_Authentication", {
      userAttributes,
      challengeName: "PASSWORD_VERIFIER",
      session: [
        { challengeName: "CUSTOM_CHALLENGE", challengeResult: true, challengeMetadata: "CAPTCHA_CHALLENGE" },
      ],
      userNotFound: false,
    }),
  ],
  verifyAuthChallengeResponse: [
    cognito("VerifyAuthChallengeResponse_Authentication", {
      userAttributes,
      privateChallengeParameters: { answer: "challengeAnswer" },
      clientMetadata: { foo: "value" },
      challengeAnswer: "challengeAnswer",
      userNotFound: true,
    }),
  ],
  userMigration: [cognito("UserMigration_Authentication", { password: "password" })],
  inboundFederation: [
    cognito("InboundFederation_ExternalProvider", {
      providerName: "Google",
      providerType: "Google",
      attributes: { userInfo: { email: "user@example.com" } },
    }),
  ],
  customEmailSender: [sender("CustomEmailSender_SignUp")],
  customSmsSender: [sender("CustomSMSSender_SignUp")],
};
