import middy from "@middy/core";
import { describe, expect, it, vi } from "vitest";
import { type S3PresetOptions, s3Preset } from "../../middlewares/s3Preset.ts";
import { BadRequest } from "../../src/core/errors.ts";
import { explain } from "../../src/pipeline/explain.ts";
import { pipeline } from "../../src/pipeline/pipeline.ts";

type Fn = (event: unknown, context: { file: unknown; files: unknown[] }) => unknown;

const record = (key: string): object => ({
  eventName: "ObjectCreated:Put",
  s3: { bucket: { name: "photos", ownerIdentity: { principalId: "A1" } }, object: { key, size: 5 } },
});
const event = { Records: [record("a+b"), record("c")] };
const file = (fileName: string): object => ({
  eventName: "ObjectCreated:Put",
  bucket: "photos",
  owner: "A1",
  fileName,
  size: 5,
});

describe.each([
  [
    "middy(fn).use()",
    (fn: Fn, options?: S3PresetOptions) => middy(fn as never).use(s3Preset(options) as never),
  ],
  ["a pipeline", (fn: Fn, options?: S3PresetOptions) => pipeline(s3Preset(options), fn as never)],
] as const)("s3Preset in %s", (_, make) => {
  const run = (fn: Fn, given: unknown, options?: S3PresetOptions): Promise<unknown> =>
    (make(fn, options) as (event: unknown, context: object) => Promise<unknown>)(given, {
      awsRequestId: "r1",
    });

  it("gives the function the files, keys decoded", async () => {
    expect(await run((_event, { file: first, files }) => ({ first, files }), event)).toEqual({
      first: file("a b"),
      files: [file("a b"), file("c")],
    });
  });

  it("logs errors and throws them on, so that the event comes again", async () => {
    const logger = vi.fn();
    const broken = new Error("broken");
    await expect(run(() => Promise.reject(broken), event, { errors: { logger } })).rejects.toBe(broken);
    expect(logger.mock.calls).toEqual([[broken, { requestId: "r1" }]]);
    const fn = vi.fn();
    const malformed = await run(fn, { Records: [record("%")] }).catch((error: unknown) => error);
    expect(malformed).toEqual(new BadRequest("Malformed S3 event: Records[0].s3.object.key"));
    expect(fn).not.toHaveBeenCalled();
  });

  it("makes responses of errors when asked not to throw them on", async () => {
    const response = await run(() => Promise.reject(new Error("x")), event, {
      errors: { rethrow: false, logger: false },
    });
    expect(response).toMatchObject({
      statusCode: 500,
      body: '{"code":500,"message":"Internal Server Error"}',
    });
  });

  it("answers warmup events before anything else", async () => {
    const fn = vi.fn();
    expect(await run(fn, { source: "serverless-plugin-warmup" })).toBe("warmup");
    expect(fn).not.toHaveBeenCalled();
  });
});

describe("s3Preset", () => {
  it("is warmup, errors and s3File, in this order, and leaves out what is false", () => {
    const names = (options?: S3PresetOptions): string[] =>
      explain(pipeline(s3Preset(options), () => 1)).map(({ name }) => name);
    expect(names()).toEqual(["warmup", "errors", "s3File"]);
    expect(names({ warmup: false })).toEqual(["errors", "s3File"]);
    expect(names({ errors: false })).toEqual(["warmup", "s3File"]);
    expect(names({ warmup: false, errors: false })).toEqual(["s3File"]);
  });

  it("refuses wrong options and names them", () => {
    const wrong: [options: unknown, message: string][] = [
      [null, "s3Preset: options must be an object"],
      [{ json: true }, 's3Preset: unknown option "json"; it takes warmup, errors'],
      [{ warmup: 5 }, 's3Preset: option "warmup" must be an object or false'],
      [{ errors: { report: 5 } }, 'errors: option "report" must be a function'],
    ];
    for (const [options, text] of wrong) {
      expect(() => s3Preset(options as never), text).toThrow(TypeError);
      expect(() => s3Preset(options as never)).toThrow(text);
    }
  });
});
