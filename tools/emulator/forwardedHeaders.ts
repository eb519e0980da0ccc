import { randomBytes } from "node:crypto";
import { valuesOf } from "./multimap.ts";
import { type GatewaySource, isHttpApi } from "./sources.ts";
import type { GatewayRequest } from "./types.ts";

/** Headers that the source says itself, or that are about one connection alone (RFC 9110 section 7.6.1). */
const replaced = new Set([
  "connection",
  "transfer-encoding",
  "x-amzn-trace-id",
  "x-forwarded-for",
  "x-forwarded-port",
  "x-forwarded-proto",
]);

const hasBody = ({ headers }: GatewayRequest): boolean =>
  valuesOf(headers, "content-length").length > 0 || valuesOf(headers, "transfer-encoding").length > 0;

/**
 * The request with the headers that a source adds: who sent it, where it came in, and a trace id.
 *
 * @param source the source
 * @param request the request as the client sends it
 * @param server the scheme and the port that it came in by
 */
export function withForwardedHeaders(
  source: GatewaySource,
  request: GatewayRequest,
  server: { scheme: "http" | "https"; port: number },
): GatewayRequest {
  const { headers, client } = request;
  const root = `1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString("hex")}`;
  const addsLength = (isHttpApi(source) || source === "url") && !hasBody(request);
  return {
    ...request,
    headers: [
      ...headers.filter(([name]) => !replaced.has(name.toLowerCase())),
      ...(addsLength ? [["Content-Length", "0"] as const] : []),
      ["X-Amzn-Trace-Id", `Root=${root}`],
      ["X-Forwarded-For", [...valuesOf(headers, "x-forwarded-for"), client.ip].join(", ")],
      ["X-Forwarded-Port", String(server.port)],
      ["X-Forwarded-Proto", server.scheme],
    ],
  };
}
