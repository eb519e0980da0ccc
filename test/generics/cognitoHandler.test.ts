import { describe, expect, it, vi } from "vitest";
import { cognitoHandler } from "../../generics/cognitoHandler.ts";
import { Conflict, Forbidden, HttpError, ServerError } from "../../src/core/errors.ts";
import { cognitoTriggers } from "../../src/events/cognito.ts";
import { cognitoEvents } from "../src/events/recordedSingles.ts";

const quiet = { errors: { logger: false } } as const;
type Steps = Parameters<typeof cognitoHandler>[0];
type Options = NonNullable<Parameters<typeof cognitoHandler>[1]>;

const [signUp] = cognitoEvents.preSignUp as [Record<string, unknown>];
const [confirmed] = cognitoEvents.postConfirmation as [Record<string, unknown>];

const masked = new HttpError(500, "Internal Server Error");

/** What Lambda tells Cognito of an error: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
async function shown(error: unknown, options: Options = quiet, steps?: Steps): Promise<unknown> {
  const failing: Steps = {
    preSignUp: () => {
      throw error;
    },
  };
  try {
    return await cognitoHandler(steps ?? failing, options)(signUp, {});
  } catch (thrown) {
    return thrown;
  }
}

describe("cognitoHandler", () => {
  it.each(cognitoTriggers)("knows the events of %s, and gives them to its function alone", async trigger => {
    const events = cognitoEvents[trigger] ?? [];
    expect(events.length).toBeGreaterThan(0);
    for (const event of events) {
      const seen: unknown[] = [];
      const steps = Object.fromEntries(
        cognitoTriggers.map(name => [name, (...given: unknown[]) => void seen.push(name, ...given)]),
      );
      const context = { awsRequestId: "r1" };
      expect(await cognitoHandler(steps)(event, context)).toBe(event);
      expect(seen).toEqual([trigger, event, { event, context }]);
    }
  });

  it("sends the event back with what the function gives in its response", async () => {
    const event = { ...signUp, response: { autoConfirmUser: false, autoVerifyEmail: false } };
    const handler = cognitoHandler({ preSignUp: async () => ({ autoConfirmUser: true }) });
    expect(await handler(event, {})).toEqual({
      ...event,
      response: { autoConfirmUser: true, autoVerifyEmail: false },
    });
    expect(event.response.autoConfirmUser).toBe(false);
    const inPlace = cognitoHandler({
      preSignUp(given) {
        given.response.autoVerifyEmail = true;
        return given as never;
      },
    });
    expect(await inPlace(structuredClone(event), {})).toEqual({
      ...event,
      response: { autoConfirmUser: false, autoVerifyEmail: true },
    });
  });

  it("keeps what a function of a trigger gives that answers nothing", async () => {
    const row = { id: "1", secret: "x" };
    expect(await cognitoHandler({ postConfirmation: () => row })(confirmed, {})).toEqual(confirmed);
    const [mail] = cognitoEvents.customEmailSender as [object];
    expect(await cognitoHandler({ customEmailSender: async () => "sent" })(mail, {})).toEqual(mail);
  });

  it("shows users the messages of HTTP errors below 500, and nothing of all else", async () => {
    const forbidden = new Forbidden("Sign up by your work address");
    expect(await shown(forbidden)).toBe(forbidden);
    for (const error of [
      new Error("password of db is x"),
      new ServerError("secret"),
      "text",
      undefined,
      null,
    ]) {
      const thrown = (await shown(error)) as Error;
      expect(thrown).toEqual(masked);
      expect([thrown.cause, (thrown as HttpError).statusCode]).toEqual([undefined, 500]);
    }
    expect(await shown(new Forbidden("who", { expose: false }))).toEqual(new HttpError(403, "Forbidden"));
    const foreign = Object.assign(new Error("Taken"), { statusCode: 409 });
    expect(await shown(foreign)).toBe(foreign);
  });

  it("maps, logs and reports as errors does, and shows errors as they are with rethrow", async () => {
    class Taken extends Error {}
    const logger = vi.fn();
    const report = vi.fn();
    const errors = { logger, report, map: [[Taken, 409, "This name is taken"]] as const };
    expect(await shown(new Taken("unique_violation"), { errors })).toEqual(
      new HttpError(409, "This name is taken"),
    );
    expect(await shown(new Conflict("Taken"), { errors })).toEqual(new Conflict("Taken"));
    expect(logger).not.toHaveBeenCalled();
    const broken = new Error("broken");
    await shown(broken, { errors });
    expect(logger.mock.calls).toEqual([[broken, { requestId: undefined }]]);
    expect(report.mock.calls).toEqual([[broken, { event: signUp, context: {} }]]);
    expect(await shown(broken, { errors: { ...errors, rethrow: true } })).toBe(broken);
  });

  it("masks what middleware throws, too", async () => {
    const failing = { before: () => Promise.reject(new Error("no database at 10.0.0.1")) };
    const steps = { preSignUp: () => undefined };
    for (const options of [{ around: [failing] }, { use: [failing] }]) {
      expect(await shown(undefined, { ...quiet, ...options }, steps)).toEqual(masked);
    }
  });

  it("says in the log what it knows no function for", async () => {
    const logger = vi.fn();
    const handler = cognitoHandler({ preSignUp: () => undefined }, { errors: { logger } });
    for (const event of [
      confirmed,
      { ...signUp, triggerSource: "PreSignIn_Now" },
      { ...signUp, triggerSource: "toString" },
    ]) {
      await expect(handler(event, {})).rejects.toThrow(masked);
    }
    expect(logger.mock.calls.map(([error]) => (error as Error).message)).toEqual([
      "cognitoHandler: there is no function for postConfirmation",
      "Unknown trigger of Cognito: PreSignIn_Now",
      "Unknown trigger of Cognito: toString",
    ]);
    for (const event of [undefined, null, {}, { triggerSource: 5 }]) {
      await expect(handler(event, {})).rejects.toThrow("Malformed Cognito event: triggerSource");
    }
    const wrong = cognitoHandler({ preSignUp: (() => true) as never }, { errors: { logger } });
    await expect(wrong(signUp, {})).rejects.toThrow(masked);
    expect(logger.mock.lastCall?.[0]).toEqual(
      new Error("cognitoHandler: preSignUp must give an object, the response"),
    );
  });

  it("answers warm-ups, and lets middleware make the result of an error", async () => {
    const logger = vi.fn();
    const handler = cognitoHandler(
      {
        preSignUp() {
          throw new Error("x");
        },
      },
      {
        errors: { logger },
        around: [{ onError: (request: object) => void Object.assign(request, { response: signUp }) }],
      },
    );
    expect(await handler(signUp, {})).toEqual(signUp);
    expect(logger).not.toHaveBeenCalled();
    expect(await handler({ source: "serverless-plugin-warmup" }, {})).toBe("warmup");
  });

  it("refuses wrong arguments", () => {
    const wrong: [unknown, unknown, string][] = [
      [undefined, {}, "cognitoHandler: steps must be an object"],
      [{}, {}, "cognitoHandler: steps must have a trigger"],
      [{ preSignup: () => 1 }, {}, 'cognitoHandler: steps: unknown option "preSignup"; it takes preSignUp, '],
      [{ preSignUp: 5 }, {}, 'cognitoHandler: steps: option "preSignUp" must be a function'],
      [{ preSignUp: () => 1 }, { json: true }, 'cognitoHandler: unknown option "json"'],
      [{ preSignUp: () => 1 }, { errors: { log: 1 } }, 'cognitoHandler: unknown option "log"'],
    ];
    for (const [steps, options, message] of wrong) {
      expect(() => cognitoHandler(steps as never, options as never)).toThrow(message);
    }
  });
});
