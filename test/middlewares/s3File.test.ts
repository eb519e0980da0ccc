import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { s3File } from "../../middlewares/s3File.ts";
import { BadRequest, HttpError } from "../../src/core/errors.ts";

type Change = (record: Record<string, never>) => unknown;

/** A record as S3 sends it, with a change. */
function record(change?: (value: ReturnType<typeof plainRecord>) => void): unknown {
  const value = plainRecord();
  change?.(value);
  return value;
}

function plainRecord() {
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: "eu-west-1",
    eventName: "ObjectCreated:Put" as unknown,
    s3: {
      s3SchemaVersion: "1.0",
      bucket: {
        name: "photos" as unknown,
        ownerIdentity: { principalId: "A3NL1KOZZKExample" as unknown } as unknown,
        arn: "arn:aws:s3:::photos",
      } as Record<string, unknown>,
      object: { key: "a.jpg" as unknown, size: 1024 as unknown, eTag: "x" } as Record<string, unknown>,
    } as Record<string, unknown> & { bucket: Record<string, unknown>; object: Record<string, unknown> },
  };
}

function run(event: unknown): { context: Record<string, unknown>; result: unknown } {
  const context: Record<string, unknown> = {};
  const result = s3File().before?.({ event, context } as never);
  return { context, result };
}

function errorOf(event: unknown): unknown {
  const context: Record<string, unknown> = {};
  try {
    s3File().before?.({ event, context } as never);
  } catch (error) {
    expect(context).toEqual({});
    return error;
  }
  throw new Error("it did not throw");
}

describe("s3File", () => {
  it("puts the first file and all files on the context, at once", () => {
    const { context, result } = run({
      Records: [
        record(),
        record(value => {
          value.s3.object.key = "b.jpg";
        }),
      ],
    });
    const file = {
      eventName: "ObjectCreated:Put",
      bucket: "photos",
      owner: "A3NL1KOZZKExample",
      fileName: "a.jpg",
      size: 1024,
    };
    expect(context).toEqual({ file, files: [file, { ...file, fileName: "b.jpg" }] });
    expect(context.file).toBe((context.files as unknown[])[0]);
    expect(result).toBeUndefined();
  });

  it.each([
    ["my+holiday+photo.jpg", "my holiday photo.jpg"],
    ["a%2Bb.jpg", "a+b.jpg"],
    ["caf%C3%A9/na%C3%AFve+%28copy%29.txt", "café/naïve (copy).txt"],
    ["dir/", "dir/"],
    ["%25.txt", "%.txt"],
  ])("decodes the key %s", (key, fileName) => {
    const { context } = run({ Records: [record(value => Object.assign(value.s3.object, { key }))] });
    expect(context.file).toMatchObject({ fileName });
  });

  it.each(["ObjectRemoved:Delete", "ObjectRemoved:DeleteMarkerCreated", "s3:ObjectRemoved:Delete"])(
    "gives no size on %s, even when one is sent",
    eventName => {
      const { context } = run({ Records: [record(value => Object.assign(value, { eventName }))] });
      expect(context.file).toMatchObject({ eventName });
      expect(Object.keys(context.file as object)).not.toContain("size");
    },
  );

  it("keeps a size of 0, and gives none where S3 sends none", () => {
    expect(
      run({ Records: [record(value => Object.assign(value.s3.object, { size: 0 }))] }).context.file,
    ).toHaveProperty("size", 0);
    const { context } = run({
      Records: [
        record(value => {
          delete value.s3.object.size;
        }),
      ],
    });
    expect(Object.keys(context.file as object)).not.toContain("size");
  });

  const broken: [string, unknown][] = [
    ["Records", {}],
    ["Records", { Records: [] }],
    ["Records", { Records: null }],
    ["Records", { Records: {} }],
    ["Records", { Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "photos" }],
    ["Records", null],
    ["Records", "text"],
    ["Records", 5],
    ["Records", []],
    ["Records[0]", { Records: [null] }],
    ["Records[0]", { Records: Object.assign([], { 1: record() }) }],
    ["Records[1]", { Records: [record(), "x"] }],
    ["Records[0].eventName", { Records: [record(value => Object.assign(value, { eventName: 5 }))] }],
    ["Records[0].s3", { Records: [{ eventName: "x", s3: [] }] }],
    ["Records[0].s3.bucket", { Records: [record(value => Object.assign(value.s3, { bucket: null }))] }],
    [
      "Records[0].s3.bucket.name",
      { Records: [record(value => Object.assign(value.s3.bucket, { name: "" }))] },
    ],
    [
      "Records[0].s3.bucket.ownerIdentity",
      { Records: [record(value => Object.assign(value.s3.bucket, { ownerIdentity: "me" }))] },
    ],
    [
      "Records[0].s3.bucket.ownerIdentity.principalId",
      { Records: [record(value => Object.assign(value.s3.bucket, { ownerIdentity: {} }))] },
    ],
    ["Records[0].s3.object", { Records: [record(value => Object.assign(value.s3, { object: undefined }))] }],
    [
      "Records[0].s3.object.key",
      { Records: [record(value => Object.assign(value.s3.object, { key: null }))] },
    ],
    [
      "Records[0].s3.object.key",
      { Records: [record(value => Object.assign(value.s3.object, { key: "%E0%A4" }))] },
    ],
    ...["5", -1, 1.5, null, Number.NaN].map((size): [string, unknown] => [
      "Records[0].s3.object.size",
      { Records: [record(value => Object.assign(value.s3.object, { size }))] },
    ]),
    [
      "Records[1].s3.object.key",
      { Records: [record(), record(value => Object.assign(value.s3.object, { key: "" }))] },
    ],
  ];
  it.each(broken)("refuses a malformed %s and leaves the context alone", (path, event) => {
    const error = errorOf(event);
    expect(error).toBeInstanceOf(BadRequest);
    expect(error).toMatchObject({ statusCode: 400, message: `Malformed S3 event: ${path}` });
  });

  it("throws nothing but its own error, whatever the event", () => {
    const change: fc.Arbitrary<Change> = fc.anything().map(value => target => Object.assign(target, value));
    const anyRecord = fc.oneof(
      fc.anything(),
      fc.record({ eventName: fc.oneof(fc.string(), fc.anything()), s3: fc.anything() }),
      fc.record({
        eventName: fc.string(),
        s3: fc.record({ bucket: fc.constant(plainRecord().s3.bucket), object: fc.object() }),
      }),
      change.map(apply => record(value => void apply(value.s3.object as never))),
    );
    const anyEvent = fc.oneof(fc.anything(), fc.record({ Records: fc.array(anyRecord) }));
    fc.assert(
      fc.property(anyEvent, event => {
        try {
          run(event);
        } catch (error) {
          if (!(error instanceof HttpError)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("says what it adds", () => {
    expect(s3File()).toMatchObject({ name: "s3File", needs: [], adds: ["context.file", "context.files"] });
  });
});
