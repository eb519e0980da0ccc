import { isRecord } from "../../src/core/objects.ts";
import { valuesOf } from "./multimap.ts";
import type { GatewayRequest } from "./types.ts";

/** The media type that a list of ranges such as `Accept` begins with, without parameters. */
const firstOf = (header: string): string => (header.split(/[,;]/, 1)[0] as string).trim().toLowerCase();

/** Whether the `binaryMediaTypes` of a REST API have a type: to the letter, as `image/*`, or as `*\/*`. */
function has(binaryMediaTypes: readonly string[], type: string): boolean {
  return binaryMediaTypes.some(one => {
    const range = one.toLowerCase();
    return range === "*/*" || range === type || (range.endsWith("/*") && type.startsWith(range.slice(0, -1)));
  });
}

/** A request as a REST API with these `binaryMediaTypes` hands it over: as base64 when its content type is among them. */
export function sentAsDeclared(request: GatewayRequest, binaryMediaTypes: readonly string[]): GatewayRequest {
  const type = firstOf(valuesOf(request.headers, "content-type").join(","));
  return { ...request, base64: request.body.length > 0 && has(binaryMediaTypes, type) };
}

const typeOf = ({ headers, multiValueHeaders }: Record<string, unknown>): string => {
  const all = { ...(headers as object), ...(multiValueHeaders as object) };
  const [, type] = Object.entries(all).find(([name]) => name.toLowerCase() === "content-type") ?? [];
  return String(type ?? "");
};

/**
 * What a REST API with these `binaryMediaTypes` makes of a result: its base64 is decoded only when the media type that the
 * client accepts first is among them (without `Accept`, the type of the response), else the client gets the base64.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/lambda-proxy-binary-media.html
 */
export function passedOn(
  result: unknown,
  { headers }: GatewayRequest,
  binaryMediaTypes: readonly string[],
): unknown {
  if (!isRecord(result) || result.isBase64Encoded !== true) return result;
  const accepted = valuesOf(headers, "accept")[0] ?? typeOf(result);
  return has(binaryMediaTypes, firstOf(accepted)) ? result : { ...result, isBase64Encoded: false };
}
