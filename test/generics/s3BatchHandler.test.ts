import { describe, expect, it, vi } from "vitest";
import { s3BatchHandler } from "../../generics/s3BatchHandler.ts";
import { BadRequest, NotFound } from "../../src/core/errors.ts";
import { s3BatchEvent, s3Task } from "../src/events/recorded.ts";

const quiet = { errors: { logger: false } } as const;
const answer = (version: string, ...results: object[]): object => ({
  invocationSchemaVersion: version,
  treatMissingKeysAs: "PermanentFailure",
  invocationId: "YXNkbGZqYWRmaiBhc2Rm",
  results,
});

describe("s3BatchHandler", () => {
  it("hands over each task in full, of both versions of the form", async () => {
    const seen: unknown[] = [];
    const handler = s3BatchHandler(task => seen.push(task));
    await handler(s3BatchEvent("1.0", s3Task("t1")), {});
    await handler(s3BatchEvent("2.0", s3Task("t1", { s3Bucket: "images", s3VersionId: null })), {});
    const task = {
      taskId: "t1",
      bucket: "images",
      fileName: "a b/für.png",
      jobId: "f3cc4f60-0000-4a2b-8a21-d07600c373ce",
    };
    expect(seen).toEqual([
      { ...task, versionId: "1", userArguments: {} },
      { ...task, versionId: undefined, userArguments: { k1: "v1" } },
    ]);
  });

  it("answers each task: a throw is temporary, one that is final permanent", async () => {
    class NotAnImage extends Error {
      override name = "NotAnImage";
    }
    const handler = s3BatchHandler(
      async ({ taskId }) => {
        if (taskId === "t2") throw new Error("secret password");
        if (taskId === "t3") throw new NotAnImage("a pdf");
        if (taskId === "t4") throw new NotFound("No such image");
        return taskId === "t5" ? { width: 5 } : "shrunk";
      },
      { nonRetryable: error => error instanceof NotAnImage, ...quiet },
    );
    const tasks = ["t1", "t2", "t3", "t4", "t5"].map(id => s3Task(id));
    expect(await handler(s3BatchEvent("1.0", ...tasks, s3Task("t6", { s3Bucket: 6 })), {})).toEqual(
      answer(
        "1.0",
        { taskId: "t1", resultCode: "Succeeded", resultString: "shrunk" },
        { taskId: "t2", resultCode: "TemporaryFailure", resultString: "Error" },
        { taskId: "t3", resultCode: "PermanentFailure", resultString: "NotAnImage" },
        { taskId: "t4", resultCode: "TemporaryFailure", resultString: "No such image" },
        { taskId: "t5", resultCode: "Succeeded", resultString: '{"width":5}' },
        { taskId: "t6", resultCode: "PermanentFailure", resultString: "Malformed s3Bucket in task t6" },
      ),
    );
  });

  it("has a task that there was no time for tried again, and one that is malformed without nonRetryable", async () => {
    const event = s3BatchEvent("2.0", s3Task("t1"), s3Task("t2"));
    expect(
      await s3BatchHandler(() => undefined, quiet)(event, { getRemainingTimeInMillis: () => 1 }),
    ).toEqual(
      answer(
        "2.0",
        { taskId: "t1", resultCode: "Succeeded", resultString: "" },
        { taskId: "t2", resultCode: "TemporaryFailure", resultString: "Error" },
      ),
    );
    const malformed = s3BatchEvent("2.0", s3Task("t1", { s3Bucket: "b", s3Key: "%E0%A4%A" }));
    expect(await s3BatchHandler(() => undefined, quiet)(malformed, {})).toMatchObject({
      results: [{ resultCode: "TemporaryFailure", resultString: "Malformed s3Key in task t1" }],
    });
  });

  it("writes no longer text than S3 takes", async () => {
    const long = "x".repeat(5000);
    const { results } = await s3BatchHandler(() => long)(s3BatchEvent("1.0", s3Task("t1")), {});
    expect(results[0]?.resultString).toBe("x".repeat(1024));
  });

  it("refuses an event that is not one, or has a task that could not be answered, and wrong arguments", async () => {
    const fn = vi.fn();
    await expect(s3BatchHandler(fn)({}, {})).rejects.toThrow(
      new BadRequest("Malformed S3 Batch event: tasks"),
    );
    await expect(s3BatchHandler(fn)(s3BatchEvent("1.0", s3Task(5)), {})).rejects.toThrow(
      new BadRequest("Malformed taskId in tasks[0]"),
    );
    expect(fn).not.toHaveBeenCalled();
    expect(() => s3BatchHandler(fn, { json: true } as never)).toThrow(
      's3BatchHandler: unknown option "json"',
    );
    expect(() => s3BatchHandler("x" as never)).toThrow("s3BatchHandler: fn must be a function");
  });
});
