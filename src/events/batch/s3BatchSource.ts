import type { S3BatchEventTask, S3BatchResult } from "aws-lambda";
import { HttpError } from "../../core/errors.ts";
import { isObject, isRecord } from "../../core/objects.ts";
import { malformed, textOf } from "../malformed.ts";
import { decodeKey } from "../s3Files.ts";
import { checkIds, recordsIn, type Source } from "./source.ts";

/** A task of a job of S3 Batch Operations. */
export interface S3Task {
  taskId: string;
  bucket: string;
  /** The object's key, decoded. */
  fileName: string;
  /** Absent where the job names none. */
  versionId: string | undefined;
  jobId: string;
  /** What the job was given, of version 2.0 of its events. */
  userArguments: Readonly<Record<string, string>>;
}

/** A task beside the event that it came in. */
export interface S3BatchItem {
  readonly task: S3BatchEventTask & { readonly s3Bucket?: string };
  readonly event: Readonly<Record<string, unknown>>;
}

/** S3 takes no longer text. */
const maxLength = 1024;

/** What the job's report says of a failure: the message of errors that are meant to be read, of others the name alone. */
function reason(error: unknown): string {
  if (error instanceof HttpError && error.expose) return error.message.slice(0, maxLength);
  return error instanceof Error ? error.name : "Error";
}

function written(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.slice(0, maxLength);
}

/** Version 1.0 has the bucket's ARN, 2.0 its name. */
function bucketOf({ task }: S3BatchItem, place: string): string {
  if (task.s3Bucket !== undefined) return textOf({ ...task }, "s3Bucket", place);
  return textOf({ ...task }, "s3BucketArn", place).replace(/^arn:[\w-]+:s3:::/, "");
}

/**
 * S3 Batch Operations: every task is answered with what became of it; one that failed is tried again, unless that is final.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-invoke-lambda.html
 */
export function s3BatchSource(): Source<S3BatchItem, S3Task, S3BatchResult> {
  return {
    keepsValues: true,
    records(event) {
      const tasks = recordsIn<S3BatchEventTask>(event, "S3 Batch", "tasks");
      checkIds(tasks, ({ taskId }) => taskId, "taskId", "tasks");
      return tasks.map(task => ({ task, event: event as Record<string, unknown> }));
    },
    read(item) {
      const { task, event } = item;
      const place = `task ${task.taskId}`;
      const job = isRecord(event.job) ? event.job : {};
      const key = textOf({ ...task }, "s3Key", place);
      const fileName = decodeKey(key);
      if (fileName === undefined) throw malformed("s3Key", place);
      return {
        taskId: task.taskId,
        bucket: bucketOf(item, place),
        fileName,
        versionId: task.s3VersionId ?? undefined,
        jobId: String(job.id),
        userArguments: (isObject(job.userArguments) ? job.userArguments : {}) as Record<string, string>,
      };
    },
    answer({ records, request, failed, refused, values = [] }) {
      const { invocationSchemaVersion, invocationId } = request.event as Record<string, string>;
      return {
        invocationSchemaVersion: invocationSchemaVersion as string,
        treatMissingKeysAs: "PermanentFailure",
        invocationId: invocationId as string,
        results: records.map(({ task: { taskId } }, place) => {
          if (failed?.has(place)) {
            return { taskId, resultCode: "TemporaryFailure", resultString: reason(failed.get(place)) };
          }
          return refused?.has(place)
            ? { taskId, resultCode: "PermanentFailure", resultString: reason(refused.get(place)) }
            : { taskId, resultCode: "Succeeded", resultString: written(values[place]) };
        }),
      };
    },
  };
}
