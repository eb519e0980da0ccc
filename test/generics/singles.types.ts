import { expectTypeOf } from "vitest";
import { z } from "zod";
import {
  cognitoHandler,
  directHandler,
  type EventBridgeMessage,
  eventBridgeHandler,
  type LambdaHandler,
  scheduledHandler,
} from "../../src/index.ts";
import { events } from "../../tools/testing/index.ts";

const Order = z.object({ id: z.string(), at: z.string().transform(text => new Date(text)) });
type Placed = { id: string; at: Date };
const Receipt = z.object({ total: z.number(), at: z.date().transform(date => date.toISOString()) });

export function eventTypes(): void {
  eventBridgeHandler(event => expectTypeOf(event).toEqualTypeOf<EventBridgeMessage<Placed>>(), {
    detail: Order,
  });
  eventBridgeHandler(({ detail }) => expectTypeOf(detail).toEqualTypeOf<unknown>());
  eventBridgeHandler(() => 1, {
    onNonRetryable: record => expectTypeOf(record["detail-type"]).toEqualTypeOf<string>(),
  });
  // @ts-expect-error one event comes at a time
  eventBridgeHandler(() => 1, { concurrency: 2 });
  // @ts-expect-error a bus has a pattern
  eventBridgeHandler(() => 1, { bus: { name: "shop" } });
  scheduledHandler(({ dueAt, input }) => {
    expectTypeOf(dueAt).toEqualTypeOf<Date | undefined>();
    expectTypeOf(input).toEqualTypeOf<unknown>();
  });
  scheduledHandler(({ input }) => expectTypeOf(input).toEqualTypeOf<Placed>(), {
    input: Order,
    schedule: { expression: "rate(1 day)", input: { id: "1", at: "2026-01-01" } },
  });
}

export function directTypes(): void {
  const handler = directHandler({ input: Order, output: Receipt }, order => {
    expectTypeOf(order).toEqualTypeOf<Placed>();
    return { total: 5, at: new Date() };
  });
  expectTypeOf(handler).toEqualTypeOf<LambdaHandler<{ total: number; at: string }>>();
  expectTypeOf(directHandler({ input: Order }, async ({ id }) => ({ id }))).toEqualTypeOf<
    LambdaHandler<{ id: string }>
  >();
  directHandler({}, given => expectTypeOf(given).toEqualTypeOf<unknown>());
  // @ts-expect-error the output has a total
  directHandler({ output: Receipt }, () => ({ at: new Date() }));
  // @ts-expect-error the total is a number
  directHandler({ output: Receipt }, async () => ({ total: "5", at: new Date() }));
}

export function cognitoTypes(): void {
  cognitoHandler({
    preSignUp: ({ request, triggerSource }) => {
      expectTypeOf(request.userAttributes.email).toEqualTypeOf<string | undefined>();
      expectTypeOf(triggerSource).toEqualTypeOf<
        "PreSignUp_SignUp" | "PreSignUp_ExternalProvider" | "PreSignUp_AdminCreateUser"
      >();
      return { autoConfirmUser: true };
    },
    postConfirmation: () => ({ any: "thing" }),
    preTokenGeneration: async () => ({ claimsOverrideDetails: { claimsToAddOrOverride: { tenant: "t" } } }),
    preTokenGenerationV2: ({ request }) => ({
      claimsAndScopeOverrideDetails: {
        accessTokenGeneration: { claimsToAddOrOverride: { roles: ["a"] }, scopesToAdd: request.scopes ?? [] },
      },
    }),
    preTokenGenerationV3: ({ triggerSource }) =>
      triggerSource === "TokenGeneration_ClientCredentials"
        ? { claimsAndScopeOverrideDetails: {} }
        : undefined,
    verifyAuthChallengeResponse: ({ request }) => ({
      answerCorrect: request.challengeAnswer === request.privateChallengeParameters.answer,
    }),
    userMigration: () => ({ userAttributes: { email: "a@b.c" }, finalUserStatus: "CONFIRMED" }),
    customEmailSender: ({ request }) => request.code,
  });
  cognitoHandler({
    // @ts-expect-error it says whether, not what
    preSignUp: () => ({ autoConfirmUser: "yes" }),
    // @ts-expect-error claims of version 1 are text
    preTokenGeneration: () => ({ claimsOverrideDetails: { claimsToAddOrOverride: { roles: ["a"] } } }),
    // @ts-expect-error the answer is correct, or not
    verifyAuthChallengeResponse: () => ({}),
  });
  // @ts-expect-error there is no such trigger
  cognitoHandler({ preLogin: () => undefined });
}

export function builderTypes(): void {
  expectTypeOf(events.eventBridge({ detail: { id: "1" } }).detail).toEqualTypeOf<{ id: string }>();
  expectTypeOf(
    events.eventBridge<z.input<typeof Order>>({ detail: { id: "1", at: "" } }).detail.at,
  ).toEqualTypeOf<string>();
  expectTypeOf(events.cognito("userMigration").request.password).toEqualTypeOf<string>();
  // @ts-expect-error there is no such trigger
  events.cognito("preLogin");
  // @ts-expect-error it has no password
  events.cognito("preSignUp", { request: { password: "x" } });
}
