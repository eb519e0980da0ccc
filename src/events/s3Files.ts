import { BadRequest } from "../core/errors.ts";
import { isObject, isRecord } from "../core/objects.ts";

/** An object in S3 that something happened to. */
export interface S3File {
  /** What happened, such as `ObjectCreated:Put`. */
  eventName: string;
  bucket: string;
  /** The principal id of the bucket's owner; of an event of EventBridge, the owner's account. */
  owner: string;
  /** The object's key, decoded. */
  fileName: string;
  /** In bytes. Absent when the object was removed, and where S3 does not say. */
  size?: number;
}

const malformed = (path: string): BadRequest => new BadRequest(`Malformed S3 event: ${path}`);

/** The object at a path. @throws BadRequest when there is none */
export function recordAt(parent: unknown, key: string, path: string): Record<string, unknown> {
  const value = isRecord(parent) ? parent[key] : undefined;
  if (!isObject(value)) throw malformed(path);
  return value;
}

/** The text at a path. @throws BadRequest when there is none */
export function textAt(parent: Record<string, unknown>, key: string, path: string): string {
  const value = parent[key];
  if (typeof value !== "string" || value === "") throw malformed(path);
  return value;
}

/** Adds the size that S3 says. @throws BadRequest when it is not one */
export function withSize(file: S3File, size: unknown, path: string): S3File {
  if (size === undefined) return file;
  if (!Number.isSafeInteger(size) || (size as number) < 0) throw malformed(path);
  return { ...file, size: size as number };
}

/** Keys arrive form-encoded: a plus sign is a space. `undefined` for what is not. */
export function decodeKey(key: string): string | undefined {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    return undefined;
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
  const fileName = decodeKey(key);
  if (fileName === undefined) throw malformed(`${at}.s3.object.key`);
  const file: S3File = { eventName, bucket: name, owner, fileName };
  return removal.test(eventName) ? file : withSize(file, object.size, `${at}.s3.object.size`);
}

/**
 * Reads the files of a notification of S3.
 *
 * @throws BadRequest naming what is malformed: `Malformed S3 event: Records[0].s3.bucket.name`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function s3Files(event: unknown): S3File[] {
  const records = isRecord(event) ? event.Records : undefined;
  if (!Array.isArray(records) || records.length === 0) throw malformed("Records");
  return Array.from(records, (record, index) => readFile(record, `Records[${index}]`));
}
