import { recordAt, type S3File, textAt, withSize } from "../s3Files.ts";

/** What a bus calls what happened, as notifications of S3 call it: https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html */
const names: Readonly<Record<string, string>> = {
  "Object Restore Initiated": "ObjectRestore:Post",
  "Object Restore Completed": "ObjectRestore:Completed",
  "Object Restore Expired": "ObjectRestore:Delete",
  "Object Storage Class Changed": "LifecycleTransition",
  "Object Access Tier Changed": "IntelligentTiering",
  "Object ACL Updated": "ObjectAcl:Put",
  "Object Tags Added": "ObjectTagging:Put",
  "Object Tags Deleted": "ObjectTagging:Delete",
};

const creations: Readonly<Record<string, string>> = {
  PutObject: "Put",
  "POST Object": "Post",
  CopyObject: "Copy",
  CompleteMultipartUpload: "CompleteMultipartUpload",
};

function nameOf(detailType: string, { reason, "deletion-type": deletion }: Record<string, unknown>): string {
  if (detailType === "Object Created") return `ObjectCreated:${creations[String(reason)] ?? reason}`;
  if (detailType !== "Object Deleted") return names[detailType] ?? detailType;
  const what = deletion === "Delete Marker Created" ? "DeleteMarkerCreated" : "Delete";
  return `${reason === "Lifecycle Expiration" ? "LifecycleExpiration" : "ObjectRemoved"}:${what}`;
}

/**
 * Reads the file of an event that S3 sent to a bus, where keys are not encoded.
 *
 * @throws BadRequest naming what is malformed
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function busFile(event: Record<string, unknown>): S3File {
  const detail = recordAt(event, "detail", "detail");
  const object = recordAt(detail, "object", "detail.object");
  const file: S3File = {
    eventName: nameOf(textAt(event, "detail-type", "detail-type"), detail),
    bucket: textAt(recordAt(detail, "bucket", "detail.bucket"), "name", "detail.bucket.name"),
    owner: textAt(event, "account", "account"),
    fileName: textAt(object, "key", "detail.object.key"),
  };
  return withSize(file, object.size, "detail.object.size");
}
