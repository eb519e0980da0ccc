import { bytesOf } from "../../src/core/bytes.ts";
import { mapMaybePromise } from "../../src/core/maybePromise.ts";
import type { HookRequest } from "../../src/core/middleware.ts";
import { nodeCrypto } from "../../src/core/nodeCrypto.ts";
import { etagOf } from "../../src/http/etag.ts";
import { toJson } from "../../src/http/json.ts";
import { isResponse } from "../../src/http/ready.ts";
import { areClean } from "../../src/http/result.ts";
import { isStream } from "../../src/http/streamBody.ts";
import { writeResponse } from "../../src/http/writeResponse.ts";
import { serializeData } from "../../src/serializers/serializeData.ts";
import type { Serialize } from "../../src/serializers/toSerializer.ts";

/** Whether a serializer made what is not JSON: bytes, also those that come piece by piece, or a response of its own. */
const isContent = (output: unknown): boolean =>
  isResponse(output) || isStream(output) || bytesOf(output) !== undefined;

/** What goes out of an object, and the tag that distinguishes one version of it from another. */
export interface Representation {
  /** JSON text, or bytes or a web `Response` that the serializer made, which have no tag. */
  content: unknown;
  etag: string | undefined;
  /** Whether the tag is a hash, and so fit to be sent. */
  isHash?: boolean;
}

export type Represent = (object: unknown, request: HookRequest) => Representation | Promise<Representation>;

/** Says the tag of an object instead of the hash of what goes out. */
export type EtagOption = (object: never, request: never) => string | undefined;

/** Makes the representation of an object: JSON and its entity tag. */
export function representer(serialize: Serialize, etag: EtagOption | undefined): Represent {
  // Else the first request would wait for it.
  if (etag === undefined) nodeCrypto();
  return function represent(object, { event, context }) {
    const request = { event, context };
    return mapMaybePromise(serializeData(serialize, object, request), output => {
      if (isContent(output)) return { content: output, etag: undefined };
      const content = toJson(output);
      if (etag === undefined) return { content, etag: etagOf(content), isHash: true };
      return { content, etag: etag(object as never, request as never) };
    });
  };
}

/** Responds with a representation, and with these headers beside its tag. */
export function sendRepresentation(
  request: HookRequest,
  { content, etag, isHash }: Representation,
  status: number | undefined,
  more?: Readonly<Record<string, string>>,
): void | Promise<void> {
  if (typeof content !== "string") return writeResponse(request, content, { status, headers: more });
  const headers = etag === undefined ? more : { ...more, ETag: etag };
  const clean = isHash === true && more === undefined;
  return writeResponse(request, content, { status, type: "application/json", headers, [areClean]: clean });
}
