import { valuesOf } from "./multimap.ts";
import { type GatewaySource, isHttpApi } from "./sources.ts";
import type { GatewayRequest } from "./types.ts";

/** Bytes that Lambda takes and gives at most in one invocation. */
export const payloadLimit: number = 6 * 1024 * 1024;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html */
const albLimit = 1024 * 1024;

const textTypes = /^(text\/[^;\s]+|application\/(json|xml|javascript))\s*(;|$)/i;

/** A REST API takes for binary what its `binaryMediaTypes` say; these are the usual ones. */
const restBinary =
  /^(image|audio|video|font)\/|^application\/(octet-stream|pdf|zip|gzip)\b|^multipart\/form-data\b/i;

/**
 * Says whether a source hands a body over as base64. All but REST APIs do so unless the content type is `text/*` or
 * JSON, XML or JavaScript; forms, other `+json` types and bodies without a type are binary to them. ALB and VPC Lattice
 * take a compressed body for binary as well.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings.html
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 * https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html
 */
export function isBinary(source: GatewaySource, headers: GatewayRequest["headers"]): boolean {
  const type = valuesOf(headers, "content-type").join(",").trim();
  if (source === "rest") return restBinary.test(type);
  const compressed =
    !isHttpApi(source) && source !== "url" && valuesOf(headers, "content-encoding").length > 0;
  return compressed || !textTypes.test(type);
}

/** The bytes of a body that a source takes at most; base64 makes four of three. */
export function bodyLimit(source: GatewaySource, headers: GatewayRequest["headers"]): number {
  if (source === "alb" || source === "alb-multi") return albLimit;
  return isBinary(source, headers) ? (payloadLimit / 4) * 3 : payloadLimit;
}

/** The bytes of what a function returns that a source takes at most. */
export const resultLimit = (source: GatewaySource): number =>
  source === "alb" || source === "alb-multi" ? albLimit : payloadLimit;

/** The body as an event has it. */
export function payloadOf(
  source: GatewaySource,
  { body, headers, base64 }: GatewayRequest,
): { text: string; base64: boolean } {
  const encoded = base64 ?? (body.length > 0 && isBinary(source, headers));
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return { text: bytes.toString(encoded ? "base64" : "utf8"), base64: encoded };
}
