import { isIP } from "node:net";
import { isRecord } from "../core/objects.ts";
import { readHeader } from "./read.ts";
import { sourceOf } from "./source.ts";

const fieldOf = (record: unknown, name: string): unknown => (isRecord(record) ? record[name] : undefined);

/** What a load balancer writes without a port, or with one where it is set to: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(entry: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(entry);
  return bracketed?.[1] ?? /^([\d.]+):\d+$/.exec(entry)?.[1] ?? entry;
}

/** Each proxy adds whom it was called by at the end: the last entry is AWS's own, all before it are what the client likes. */
function lastForwarded(event: unknown): string {
  const entries = readHeader(event, "x-forwarded-for")?.split(",") ?? [];
  return withoutPort(entries.at(-1)?.trim() ?? "");
}

function addressOf(event: unknown): unknown {
  const context = fieldOf(event, "requestContext");
  switch (sourceOf(event)) {
    case "rest":
    case "http-v1":
      return fieldOf(fieldOf(context, "identity"), "sourceIp");
    case "http":
      return fieldOf(fieldOf(context, "http"), "sourceIp");
    case "alb":
    case "alb-multi":
    case "lattice-v1":
    case "lattice-v2":
      return lastForwarded(event);
    default:
      return undefined;
  }
}

/**
 * Reads the address that called AWS, where the client has no say in it: API Gateway and function URLs have it in the event's
 * `requestContext`. A load balancer and VPC Lattice add it to `X-Forwarded-For`, as the last entry; what comes before it may be
 * forged, and is not read. With a proxy of your own in front, such as CloudFront, it is the address of the proxy. A load
 * balancer must be in its default mode, `append`: where it is set to `preserve` the header, the client writes it.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
 * @see https://docs.aws.amazon.com/vpc-lattice/latest/ug/http-targets.html
 * @param event an event of any source
 * @returns an IPv4 or IPv6 address without its port; `undefined` when the event has none
 * @example
 * clientIp({ version: "2.0", requestContext: { http: { method: "GET", sourceIp: "192.0.2.1" } } }); // "192.0.2.1"
 */
export function clientIp(event: unknown): string | undefined {
  const address = addressOf(event);
  return typeof address === "string" && isIP(address) !== 0 ? address : undefined;
}
