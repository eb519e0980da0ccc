import { BadRequest } from "../src/core/errors.ts";
import { defineMiddleware, type HookRequest, type Middleware, type Shape } from "../src/core/middleware.ts";
import { isObject, isRecord } from "../src/core/objects.ts";

/** An object in S3 that something happened to. */
export interface S3File {
  /** What happened, such as `ObjectCreated:Put`. */
  eventName: string;
  bucket: string;
  /** The principal id of the bucket's owner. */
  owner: string;
  /** The object's key, decoded. */
  fileName: string;
  /** In bytes. Absent when the object was removed, and where S3 does not say. */
  size?: number;
}

const malformed = (path: string): BadRequest => new BadRequest(`Malformed S3 event: ${path}`);

function recordAt(parent: unknown, key: string, path: string): Record<string, unknown> {
  const value = isRecord(parent) ? parent[key] : undefined;
  if (!isObject(value)) throw malformed(path);
  return value;
}

function textAt(parent: Record<string, unknown>, key: string, path: string): string {
  const value = parent[key];
  if (typeof value !== "string" || value === "") throw malformed(path);
  return value;
}

/** Keys arrive form-encoded: a plus sign is a space. */
function decodeKey(key: string, path: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    throw malformed(path);
  }
}

const removal = /^(s3:)?ObjectRemoved:/;

function readFile(record: unknown, at: string): S3File {
  if (!isRecord(record)) throw malformed(at);
  const eventName = textAt(record, "eventName", `${at}.eventName`);
  const s3 = recordAt(record, "s3", `${at}.s3`);
  const bucket = recordAt(s3, "bucket", `${at}.s3.bucket`);
  const name = textAt(bucket, "name", `${at}.s3.bucket.name`);
  const ownerPath = `${at}.s3.bucket.ownerIdentity`;
  const owner = textAt(
    recordAt(bucket, "ownerIdentity", ownerPath),
    "principalId",
    `${ownerPath}.principalId`,
  );
  const object = recordAt(s3, "object", `${at}.s3.object`);
  const key = textAt(object, "key", `${at}.s3.object.key`);
  const file: S3File = { eventName, bucket: name, owner, fileName: decodeKey(key, `${at}.s3.object.key`) };
  const { size } = object;
  if (size === undefined || removal.test(eventName)) return file;
  if (!Number.isSafeInteger(size) || (size as number) < 0) throw malformed(`${at}.s3.object.size`);
  return { ...file, size: size as number };
}

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
    const records = isRecord(request.event) ? request.event.Records : undefined;
    if (!Array.isArray(records) || records.length === 0) throw malformed("Records");
    const files = Array.from(records, (record, index) => readFile(record, `Records[${index}]`));
    Object.assign(request.context, { file: files[0], files });
  }
  return defineMiddleware({
    name: "s3File",
    adds: ["context.file", "context.files"],
    before: s3FileBefore,
  });
}
