import { statusText } from "../../src/http/status.ts";
import { type GatewaySource, isHttpApi } from "./sources.ts";
import type { GatewayResponse } from "./types.ts";

/** What AWS answers by itself, when no function does. */
export type GatewayResponseType = "failed" | "malformed" | "noRoute" | "tooLarge";

const json = (status: number, message: string, key = "message"): GatewayResponse => ({
  status,
  headers: [["content-type", "application/json"]],
  body: Buffer.from(JSON.stringify({ [key]: message })),
});

const html = (status: number): GatewayResponse => {
  const title = `${status} ${statusText(status)}`;
  const page = [
    "<html>",
    `<head><title>${title}</title></head>`,
    `<body><center><h1>${title}</h1></center></body>`,
  ];
  return {
    status,
    headers: [["content-type", "text/html"]],
    body: Buffer.from([...page, "</html>", ""].join("\r\n")),
  };
};

const restResponses: Record<GatewayResponseType, GatewayResponse> = {
  failed: json(502, "Internal server error"),
  malformed: json(400, "Bad Request"),
  noRoute: json(403, "Missing Authentication Token"),
  tooLarge: json(413, "Request Too Long"),
};

const httpResponses: Record<GatewayResponseType, GatewayResponse> = {
  failed: json(500, "Internal Server Error"),
  malformed: json(400, "Bad Request"),
  noRoute: json(404, "Not Found"),
  tooLarge: json(413, "Request Entity Too Large"),
};

const urlResponses: Record<GatewayResponseType, GatewayResponse> = {
  failed: {
    status: 502,
    headers: [["content-type", "text/plain"]],
    body: Buffer.from("Internal Server Error"),
  },
  malformed: json(400, "Bad Request", "Message"),
  noRoute: json(404, "Not Found", "Message"),
  tooLarge: json(
    413,
    "Request must be smaller than 6291456 bytes for the InvokeFunction operation",
    "Message",
  ),
};

const balancerResponses: Record<GatewayResponseType, GatewayResponse> = {
  failed: html(502),
  malformed: html(400),
  noRoute: html(404),
  tooLarge: html(413),
};

/**
 * What a source answers by itself. A REST API takes a path that it does not know for a request without credentials.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
 */
export function gatewayResponse(source: GatewaySource, which: GatewayResponseType): GatewayResponse {
  if (source === "rest") return restResponses[which];
  if (isHttpApi(source)) return httpResponses[which];
  return source === "url" ? urlResponses[which] : balancerResponses[which];
}
