import { HttpError } from "../src/core/errors.ts";
import { mapMaybePromise } from "../src/core/maybePromise.ts";
import { isObject } from "../src/core/objects.ts";
import { checkArgument, checkOptions, type OptionTable } from "../src/core/options.ts";
import type { MaybePromise } from "../src/core/types.ts";
import {
  answers,
  type CognitoEvents,
  type CognitoResponses,
  type CognitoTrigger,
  cognitoTriggerOf,
  cognitoTriggers,
} from "../src/events/cognito.ts";
import type { LambdaHandler } from "../src/pipeline/assemble.ts";
import { type GenericTable, queueKinds } from "./parts/kinds.ts";
import type { QueueOptions } from "./parts/queue.ts";
import { type Shown, singleHandler } from "./parts/single.ts";

/** What to do at each trigger. What a function gives stands in the event's response; of triggers that answer nothing it is not read. */
export type CognitoSteps = {
  [Name in CognitoTrigger]?: (
    event: CognitoEvents[Name],
    request: { event: unknown; context: unknown },
  ) => Name extends keyof CognitoResponses
    ? MaybePromise<CognitoResponses[Name] | undefined | void>
    : unknown;
};

/** Options of {@link cognitoHandler}. */
export type CognitoOptions = QueueOptions;

/** The options of {@link cognitoHandler}. */
export const cognitoKinds: GenericTable<CognitoOptions> = queueKinds;

type AnyStep = (event: unknown, request: { event: unknown; context: unknown }) => unknown;

/** Cognito shows users the message of what is thrown, and nothing else of it. */
const shownOf: Shown = (error, { status, message }) =>
  error instanceof Error && error.message === message ? error : new HttpError(status, message);

function answered(event: Record<string, unknown>, trigger: CognitoTrigger, given: unknown): unknown {
  if (given === undefined || given === event || !answers(trigger)) return event;
  if (!isObject(given)) throw new Error(`cognitoHandler: ${trigger} must give an object, the response`);
  const before = isObject(event.response) ? event.response : {};
  return { ...event, response: { ...before, ...given } };
}

/**
 * Makes a handler of the triggers of a Cognito user pool. The event goes back with what the function gives in its response. Cognito shows
 * users the message of what is thrown: that of an HTTP error below 500 goes out, of all else `Internal Server Error`.
 *
 * @param steps what to do at each trigger, by its name; what they throw is logged as `errors` does it
 * @param options what `errors` and `warmup` take; with `errors: { rethrow: true }` errors go out as they are
 * @returns a Lambda handler that returns the event
 * @throws TypeError when an argument is not what it should be
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
 * @example
 * export const handler = cognitoHandler({
 *   preSignUp({ request }) {
 *     if (!request.userAttributes.email?.endsWith("@example.com")) throw new Forbidden("Sign up by your work address");
 *     return { autoConfirmUser: true, autoVerifyEmail: true };
 *   },
 *   postConfirmation: ({ userName, request }) => Users.create({ id: userName, email: request.userAttributes.email }),
 * });
 */
export function cognitoHandler(steps: CognitoSteps, options: CognitoOptions = {}): LambdaHandler<unknown> {
  checkArgument("cognitoHandler", "steps", steps ?? null, "object");
  const stepKinds = Object.fromEntries(cognitoTriggers.map(name => [name, "function"]));
  checkOptions("cognitoHandler: steps", steps, stepKinds as OptionTable<CognitoSteps>);
  if (Object.keys(steps).length === 0) throw new TypeError("cognitoHandler: steps must have a trigger");
  checkOptions("cognitoHandler", options, cognitoKinds);

  return singleHandler(
    "cognitoHandler",
    function runTrigger(event, context) {
      const trigger = cognitoTriggerOf(event);
      const step = steps[trigger] as AnyStep | undefined;
      if (step === undefined) throw new Error(`cognitoHandler: there is no function for ${trigger}`);
      return mapMaybePromise(step(event, { event, context }), given =>
        answered(event as Record<string, unknown>, trigger, given),
      );
    },
    options,
    options.errors?.rethrow ? undefined : shownOf,
  );
}
