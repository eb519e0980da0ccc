import type { S3File } from "../s3Files.ts";

/** What tells of files: a file itself, or the message of a queue that tells of several. */
export interface S3Item {
  /** The record as it came; in an event of S3, the file that it is of. */
  readonly record: unknown;
  /** Absent where it could not be read. */
  readonly files: readonly S3File[] | undefined;
  readonly error: unknown;
}
