import { describe, expect, it } from "vitest";
import { withForwardedHeaders } from "../../../tools/emulator/forwardedHeaders.ts";
import { gatewaySources } from "../../../tools/emulator/sources.ts";
import type { GatewayRequest } from "../../../tools/emulator/types.ts";

const request: GatewayRequest = {
  method: "GET",
  path: "/",
  query: "",
  headers: [
    ["Host", "h"],
    ["X-Forwarded-For", "10.0.0.1"],
    ["x-forwarded-port", "1"],
    ["X-FORWARDED-PROTO", "gopher"],
    ["X-Amzn-Trace-Id", "Root=mine"],
    ["Connection", "close"],
    ["Transfer-Encoding", "chunked"],
  ],
  body: Buffer.alloc(0),
  client: { ip: "192.0.2.1", protocol: "HTTP/1.1" },
};
const server = { scheme: "https", port: 443 } as const;

describe("a request that is passed on", () => {
  it.each(gatewaySources)("to %s says who sent it and where it came in, whatever the client says", source => {
    expect(withForwardedHeaders(source, request, server).headers).toEqual([
      ["Host", "h"],
      ["X-Amzn-Trace-Id", expect.stringMatching(/^Root=1-[\da-f]{8}-[\da-f]{24}$/)],
      ["X-Forwarded-For", "10.0.0.1, 192.0.2.1"],
      ["X-Forwarded-Port", "443"],
      ["X-Forwarded-Proto", "https"],
    ]);
  });

  it("has a length on HTTP APIs and function URLs, when it has no body", () => {
    const bare = { ...request, headers: [] };
    const withLength = gatewaySources.filter(source =>
      withForwardedHeaders(source, bare, server).headers.some(
        ([name, value]) => name === "Content-Length" && value === "0",
      ),
    );
    expect(withLength).toEqual(["http", "http-v1", "url"]);
  });
});
