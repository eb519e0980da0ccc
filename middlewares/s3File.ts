import { defineMiddleware, type HookRequest, type Middleware, type Shape } from "../src/core/middleware.ts";
import { type S3File, s3Files } from "../src/events/s3Files.ts";

export type { S3File } from "../src/events/s3Files.ts";

/**
 * Reads the files of an S3 event notification: `context.files` has those of all records, `context.file` that of the
 * first. Keys are URL-decoded, with `+` as a space. The test message that S3 sends when notifications are set up
 * (`s3:TestEvent`) has no records and names no file: it is malformed here.
 *
 * @returns a middleware that adds `context.file` and `context.files`
 * @throws BadRequest 400 naming what is malformed: `Malformed S3 event: Records[0].s3.bucket.name`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 * @example
 * pipeline([s3File()], (event, { file }) => index(file.bucket, file.fileName));
 */
export function s3File(): Middleware<Shape, { context: { file: S3File; files: S3File[] } }> {
  function s3FileBefore(request: HookRequest): void {
    const files = s3Files(request.event);
    Object.assign(request.context, { file: files[0], files });
  }
  return defineMiddleware({
    name: "s3File",
    adds: ["context.file", "context.files"],
    before: s3FileBefore,
  });
}
