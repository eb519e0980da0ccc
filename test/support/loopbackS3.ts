import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { pathToFileURL } from "node:url";

/** What S3 keeps under a key. */
export interface StoredObject {
  readonly bytes: Buffer;
  readonly type: string | undefined;
  readonly etag: string;
}

/** A server that does of S3 what presigned uploads and downloads need, with objects in memory. */
export interface LoopbackS3 {
  endpoint: string;
  /** By `/bucket/key`. */
  objects: Map<string, StoredObject>;
  /** The method and path of each request, and the status that it got. */
  requests: string[];
  /** The variables by which the SDK finds it. */
  env: Record<string, string>;
  stop(): Promise<void>;
}

const credentials = { id: "loopback", secret: "loopback-secret" };
const region = "eu-central-1";

class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
const sha256 = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, one => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

/** What a signature says of itself, in the query of a presigned address or in the header `Authorization`. */
interface Signed {
  credential: string;
  date: string;
  headers: string;
  signature: string;
  payload: string;
}

/** @throws Refused when the time of a presigned address is over */
function signedIn(request: IncomingMessage, query: URLSearchParams): Signed {
  const inQuery = query.get("X-Amz-Signature");
  if (inQuery !== null) {
    const date = query.get("X-Amz-Date") ?? "";
    const start = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
    const seconds = Number(query.get("X-Amz-Expires"));
    if (!(Date.now() < start + seconds * 1000)) throw new Refused(403, "AccessDenied");
    return {
      credential: query.get("X-Amz-Credential") ?? "",
      date,
      headers: query.get("X-Amz-SignedHeaders") ?? "",
      signature: inQuery,
      payload: "UNSIGNED-PAYLOAD",
    };
  }
  const given = request.headers.authorization ?? "";
  const [, credential = "", headers = "", signature = ""] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=(\w+)$/.exec(given) ?? [];
  const [date, payload] = ["x-amz-date", "x-amz-content-sha256"].map(name => String(request.headers[name]));
  return { credential, headers, signature, date: date as string, payload: payload as string };
}

/**
 * Checks a signature of version 4, as S3 does: over the method, the address and the headers that it names, as they came.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
function checkSignature(request: IncomingMessage, url: URL): void {
  const signed = signedIn(request, url.searchParams);
  const [id, day = "", ...rest] = signed.credential.split("/");
  if (id !== credentials.id || rest.join("/") !== `${region}/s3/aws4_request`) {
    throw new Refused(403, "InvalidAccessKeyId");
  }
  const query = [...url.searchParams]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort();
  const names = signed.headers.split(";");
  const headers = names.map(name => `${name}:${String(request.headers[name] ?? "").trim()}\n`);
  const canonical = [
    request.method,
    url.pathname,
    query.join("&"),
    headers.join(""),
    signed.headers,
    signed.payload,
  ];
  const scope = [day, ...rest].join("/");
  const text = ["AWS4-HMAC-SHA256", signed.date, scope, sha256(canonical.join("\n"))].join("\n");
  const key = [day, ...rest].reduce<string | Buffer>(hmac, `AWS4${credentials.secret}`);
  const [wanted, given] = [hmac(key, text), Buffer.from(signed.signature, "hex")];
  const isSame = wanted.length === given.length && timingSafeEqual(wanted, given);
  if (!isSame || !names.includes("host")) throw new Refused(403, "SignatureDoesNotMatch");
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

type Response = [status: number, headers: Record<string, string>, body?: Buffer];

/** What S3 does with one object. @throws Refused */
async function answer(objects: LoopbackS3["objects"], request: IncomingMessage, url: URL): Promise<Response> {
  const bytes = await bytesOf(request);
  checkSignature(request, url);
  const { pathname: path } = url;
  const found = objects.get(path);
  if (request.method === "DELETE") {
    objects.delete(path);
    return [204, {}];
  }
  if (request.method === "PUT") {
    if (request.headers["if-none-match"] === "*" && found) throw new Refused(412, "PreconditionFailed");
    const etag = `"${createHash("md5").update(bytes).digest("hex")}"`;
    objects.set(path, { bytes, type: request.headers["content-type"], etag });
    return [200, { etag }];
  }
  if (found === undefined) throw new Refused(404, "NoSuchKey");
  const disposition = url.searchParams.get("response-content-disposition");
  return [
    200,
    {
      etag: found.etag,
      "content-type": found.type ?? "binary/octet-stream",
      "content-length": String(found.bytes.length),
      ...(disposition !== null && { "content-disposition": disposition }),
    },
    found.bytes,
  ];
}

/** Starts the server on a free port of this machine, or on the one that is given. */
export async function startLoopbackS3(port = 0): Promise<LoopbackS3> {
  const objects: LoopbackS3["objects"] = new Map();
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    const [status, headers, body] = await answer(objects, request, url).catch((error: unknown): Response => {
      if (!(error instanceof Refused)) throw error;
      const xml = `<?xml version="1.0"?><Error><Code>${error.code}</Code></Error>`;
      return [error.status, { "content-type": "application/xml" }, Buffer.from(xml)];
    });
    requests.push(`${request.method} ${url.pathname} ${status}`);
    response.writeHead(status, headers).end(request.method === "HEAD" ? undefined : body);
  });
  await new Promise<void>(resolve => server.listen(port, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    objects,
    requests,
    env: {
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.id,
      AWS_SECRET_ACCESS_KEY: credentials.secret,
    },
    async stop() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** `node test/support/loopbackS3.ts` starts one, and says how to use it. */
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { env } = await startLoopbackS3(4569);
  for (const [name, value] of Object.entries(env)) console.log(`export ${name}=${value}`);
}
