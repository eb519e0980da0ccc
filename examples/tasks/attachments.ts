import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NotFound,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { fields, HttpError, resource, updateHandler } from "tsverless";
import { auth, inTask, isMaker, isMember } from "./access.ts";
import { type Attachment, Attachments } from "./models.ts";

const { TASKS_BUCKET: Bucket } = process.env;
const s3 = new S3Client({ requestChecksumCalculation: "WHEN_REQUIRED" });
const expiresIn = 300;

const objectOf = ({ taskId, id }: Attachment) => ({ Bucket, Key: `${taskId}/${id}` });

/** Without a bucket all else is served; the log says what is missing. */
const needsBucket = {
  before() {
    if (Bucket === undefined) throw new HttpError(503, "Attachments need a bucket: set TASKS_BUCKET");
  },
};

/** Whoever sends these headers may store so many bytes of that type, once. */
async function uploadOf(file: Attachment) {
  const [ContentType, IfNoneMatch] = [file.type, "*"];
  const put = new PutObjectCommand({ ...objectOf(file), ContentType, ContentLength: file.size, IfNoneMatch });
  const url = await getSignedUrl(s3, put, { expiresIn, signableHeaders: new Set(["content-type"]) });
  return { method: "PUT", url, headers: { "Content-Type": ContentType, "If-None-Match": IfNoneMatch } };
}

function downloadOf(file: Attachment): Promise<string> {
  const ResponseContentDisposition = `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`;
  return getSignedUrl(s3, new GetObjectCommand({ ...objectOf(file), ResponseContentDisposition }), {
    expiresIn,
  });
}

const shown = { id: true, name: true, type: true, size: true, createdAt: true, createdBy: true } as const;
const common = {
  auth,
  parent: inTask,
  use: [needsBucket],
  serializer: fields(Attachments, { ...shown, url: downloadOf }),
  etag: ({ etag }: Attachment) => etag ?? undefined,
} as const;

/** POST says where to put the file; once that is confirmed it is there for all. */
export const attachments = resource(Attachments, {
  ...common,
  required: ["name", "type", "size"],
  queryset: () => Attachments.objects.filter({ state: "ready" }),
  create: {
    permit: isMember,
    queryset: undefined,
    serializer: fields(Attachments, { ...shown, upload: uploadOf }),
  },
  update: false,
  delete: {
    permit: isMaker,
    queryset: undefined,
    async remove(file) {
      await Attachments.delete(file);
      await s3.send(new DeleteObjectCommand(objectOf(file)));
    },
  },
});

/** POST …/attachments/{id}/confirm: S3 says what there is. */
export const confirm = updateHandler(Attachments, {
  ...common,
  permit: isMaker,
  optional: [],
  errors: { map: [[NotFound, 409, "Nothing is uploaded yet"]] },
  async update(file) {
    const { ContentLength: size, ETag: etag } = await s3.send(new HeadObjectCommand(objectOf(file)));
    return Attachments.update(file, { state: "ready", size, etag });
  },
});
