import { Forbidden } from "../core/errors.ts";
import type { HookRequest } from "../core/middleware.ts";
import { isRecord } from "../core/objects.ts";
import { settings } from "../core/settings.ts";
import { textList } from "../core/textList.ts";
import { readHeader, readMethod } from "../http/read.ts";
import { givenHeaders } from "../http/responseState.ts";

/** Methods that change nothing, so that whoever has them sent learns and does nothing. */
const safe: ReadonlySet<string> = /* @__PURE__ */ new Set(["GET", "HEAD", "OPTIONS"]);

/** The hosts that the request may have been sent to: its `Host`, and the domain that the gateway knows it by. */
function hostsOf(event: unknown): (string | undefined)[] {
  const context = isRecord(event) && isRecord(event.requestContext) ? event.requestContext : {};
  const { domainName } = context as { domainName?: unknown };
  const known = typeof domainName === "string" ? domainName : undefined;
  return [readHeader(event, "host"), known].map(host => host?.toLowerCase());
}

/** Whether `cors` allows an origin by its name; `*` is nobody's name. */
function isAllowed(request: HookRequest, origin: string): boolean {
  if (origin === "*") return false;
  const given = givenHeaders(request)?.["Access-Control-Allow-Origin"];
  return given === origin || textList(settings.corsOrigin).includes(origin);
}

/**
 * Refuses a request that a page of another site had a browser send: unsafe ones that a cookie identifies must come from the same
 * origin, or from one that `cors` allows by name. `Sec-Fetch-Site` says so, else `Origin`; what has neither was not sent by a
 * browser's page.
 *
 * @param request the state of the invocation
 * @throws Forbidden 403
 * @see https://pkg.go.dev/net/http#CrossOriginProtection
 */
export function checkOrigin(request: HookRequest): void {
  const { event } = request;
  if (safe.has(readMethod(event))) return;
  const site = readHeader(event, "sec-fetch-site");
  const origin = readHeader(event, "origin");
  if (site === "same-origin" || site === "none") return;
  if (site === undefined || site === "") {
    if (origin === undefined || origin === "") return;
    const url = URL.parse(origin);
    if (url !== null && hostsOf(event).includes(url.host)) return;
  }
  if (origin === undefined || !isAllowed(request, origin))
    throw new Forbidden("Cross-origin request refused");
}
