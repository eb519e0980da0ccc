import { describe, expect, it } from "vitest";
import { z } from "zod";
import { scheduledHandler } from "../../generics/scheduledHandler.ts";
import { triggerOf } from "../../src/events/trigger.ts";
import { ruleEvent, schedulerEvent } from "../src/events/recordedSingles.ts";

const quiet = { errors: { logger: false } } as const;

/** What the function is given of an event. */
async function given(event: unknown, options: object = {}): Promise<unknown> {
  let seen: unknown;
  await scheduledHandler(run => {
    seen = run;
  }, options)(event, {});
  return seen;
}

describe("scheduledHandler", () => {
  it("says when a run was due, of a rule and of EventBridge Scheduler", async () => {
    expect(await given(ruleEvent)).toEqual({
      id: ruleEvent.id,
      dueAt: new Date("2026-10-08T16:53:06Z"),
      name: "my-scheduled-rule",
      input: ruleEvent,
    });
    expect(await given(schedulerEvent)).toEqual({
      id: schedulerEvent.id,
      dueAt: new Date("2026-02-20T16:03:00Z"),
      name: "nightly",
      input: schedulerEvent,
    });
  });

  it("hands over what the schedule gives instead of an event, as its schema makes it", async () => {
    const none = { id: undefined, dueAt: undefined, name: undefined };
    for (const input of [{}, "x", [1], { "detail-type": "Scheduled Event", source: "mine" }]) {
      expect(await given(input)).toEqual({ ...none, input });
    }
    const input = z.object({ report: z.string(), since: z.date() });
    expect(await given({ report: "daily", since: "2026-01-01T00:00:00Z" }, { input })).toEqual({
      ...none,
      input: { report: "daily", since: new Date("2026-01-01T00:00:00Z") },
    });
    await expect(given(ruleEvent, { input, ...quiet })).rejects.toMatchObject({
      name: "BadRequest",
      message: "Malformed input in scheduled event",
      errors: [{ field: "report" }, { field: "since" }],
    });
    expect(await given({ report: 5 }, { input, onNonRetryable: "drop" })).toBeUndefined();
  });

  it("throws on what fails, unless it is final", async () => {
    const fail = (): never => {
      throw new Error("broken");
    };
    await expect(scheduledHandler(fail, quiet)(ruleEvent, {})).rejects.toThrow("broken");
    const final = scheduledHandler(fail, { nonRetryable: () => true, ...quiet });
    expect(await final(ruleEvent, {})).toBeUndefined();
  });

  it("declares its schedule, in short and in detail, and refuses wrong arguments", () => {
    const nightly = { name: "nightly", expression: "cron(0 3 * * ? *)", input: { full: true } };
    expect(triggerOf(scheduledHandler(() => 1, { schedule: "rate(5 minutes)" }))).toEqual({
      type: "schedule",
      expression: "rate(5 minutes)",
    });
    expect(triggerOf(scheduledHandler(() => 1, { schedule: nightly }))).toEqual({
      type: "schedule",
      ...nightly,
    });
    expect(triggerOf(scheduledHandler(() => 1))).toBeUndefined();
    const form = 'option "schedule.expression" must be "rate(5 minutes)" or "cron(0 8 ? * MON-FRI *)"';
    for (const schedule of [
      "",
      "5 minutes",
      "rate(1 minutes)",
      "cron(0 8 * * * *)",
      "cron(0 8 * * ?)",
      { expression: "x" },
    ]) {
      expect(() => scheduledHandler(() => 1, { schedule })).toThrow(
        new TypeError(`scheduledHandler: ${form}`),
      );
    }
    expect(() => scheduledHandler(() => 1, { schedule: 5 as never })).toThrow(
      new TypeError('scheduledHandler: option "schedule" must be a string or an object'),
    );
    expect(() => scheduledHandler(() => 1, { input: {} as never })).toThrow(
      new TypeError('scheduledHandler: option "input" must be a Standard Schema'),
    );
    expect(() => scheduledHandler(undefined as never)).toThrow(
      new TypeError("scheduledHandler: fn must be a function"),
    );
  });
});
