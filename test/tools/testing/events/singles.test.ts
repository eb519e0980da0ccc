import { describe, expect, it } from "vitest";
import { cognitoHandler } from "../../../../generics/cognitoHandler.ts";
import { eventBridgeHandler } from "../../../../generics/eventBridgeHandler.ts";
import { scheduledHandler } from "../../../../generics/scheduledHandler.ts";
import { cognitoTriggers } from "../../../../src/events/cognito.ts";
import { events } from "../../../../tools/testing/events/events.ts";
import { cognitoEvents, ruleEvent } from "../../../src/events/recordedSingles.ts";

describe("the builders of single events make what the handlers read", () => {
  it("eventBridge", async () => {
    const seen: unknown[] = [];
    const handler = eventBridgeHandler(event => seen.push(event));
    await handler(events.eventBridge({ detail: { a: new Date(0) } }), {});
    const said = { source: "shop", detailType: "Order Placed", resources: ["arn:x"], id: "e1" };
    await handler(events.eventBridge({ detail: {}, time: "2026-01-01T00:00:00.123Z", ...said }), {});
    expect(seen).toMatchObject([
      { source: "test", detailType: "Test", resources: [], detail: { a: "1970-01-01T00:00:00.000Z" } },
      { ...said, time: "2026-01-01T00:00:00Z", account: "000000000000", region: "us-east-1", detail: {} },
    ]);
    expect(events.eventBridge({ detail: { a: 1 } }, { detail: { a: 2 }, account: "1" })).toMatchObject({
      detail: { a: 2 },
      account: "1",
    });
  });

  it("scheduled", async () => {
    const seen: unknown[] = [];
    const event = events.scheduled({ name: "nightly", time: new Date(0), id: "r1" });
    await scheduledHandler(({ id, name, dueAt }) => seen.push(id, name, dueAt))(event, {});
    expect(seen).toEqual(["r1", "nightly", new Date(0)]);
    expect(Object.keys(events.scheduled())).toEqual(Object.keys(ruleEvent));
  });

  it.each(cognitoTriggers)("cognito, of %s", async trigger => {
    const seen: unknown[] = [];
    const steps = Object.fromEntries(cognitoTriggers.map(name => [name, () => void seen.push(name)]));
    const event = events.cognito(trigger, { userName: "ann" });
    expect(await cognitoHandler(steps)(event, {})).toEqual(event);
    expect(seen).toEqual([trigger]);
    expect(event.userName).toBe("ann");
    const recorded = cognitoEvents[trigger]?.[0] as { request: object };
    expect(Object.keys(event.request)).toEqual(
      expect.arrayContaining(
        Object.keys(recorded.request).filter(name => !/^userNotFound|clientMeta/.test(name)),
      ),
    );
  });

  it("each at its own, so that a test may change it", () => {
    events.cognito("preSignUp").response.autoConfirmUser = true;
    expect(events.cognito("preSignUp").response.autoConfirmUser).toBe(false);
    const changed = events.cognito("preSignUp", {
      triggerSource: "PreSignUp_AdminCreateUser",
      request: { userAttributes: { email: "b@c.d" } },
    });
    expect(changed.triggerSource).toBe("PreSignUp_AdminCreateUser");
    expect(changed.request.userAttributes).toMatchObject({ sub: expect.any(String), email: "b@c.d" });
  });

  it("and name what is unknown in their input", () => {
    expect(() => events.eventBridge({ body: 1 } as never)).toThrow(
      'events.eventBridge: unknown option "body"',
    );
    expect(() => events.scheduled({ at: 1 } as never)).toThrow('events.scheduled: unknown option "at"');
    expect(() => events.cognito("preLogin" as never)).toThrow(
      'events.cognito: there is no trigger "preLogin"; there are preSignUp, ',
    );
    expect(() => events.cognito("toString" as never)).toThrow("events.cognito: there is no trigger");
  });
});
