import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";

/** Which names a server answers to. */
export interface HostRules {
  /** The name or address that it listens on. */
  host: string;
  /** Further names; `*.example.test` stands for all below one. */
  allowHosts: readonly string[];
}

/** Why a request is turned away. */
export interface Refusal {
  status: 403 | 421;
  message: string;
}

const nameForm = /^(?:\*\.)?[\w-]+(?:\.[\w-]+)*$/;
const authorityForm = /^(\[[\da-f:.]+\]|[^\s[\]:/?#@]+)(?::\d{1,5})?$/i;
const originForm = /^https?:\/\/([^\s/?#@]+)$/i;
const absoluteForm = /^https?:\/\/([^\s/?#]*)/i;

/** Whether a text may stand in `allowHosts`: a name or an address, without scheme and port. */
export const isHostName = (text: string): boolean => nameForm.test(text) || isIP(bare(text)) > 0;

/** An address of IPv6 without its brackets. */
function bare(host: string): string {
  return host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
}

/** The host of `host:port`, in lower case; `undefined` for what is none. */
function hostOf(authority: string): string | undefined {
  const host = authorityForm.exec(authority)?.[1]?.toLowerCase();
  if (host === undefined) return undefined;
  return bare(host.endsWith(".") ? host.slice(0, -1) : host);
}

function isLoopback(host: string): boolean {
  if (host === "localhost" || host.endsWith(".localhost") || host === "::1") return true;
  return host.startsWith("127.") && isIP(host) === 4;
}

const isEverywhere = (host: string): boolean => host === "0.0.0.0" || bare(host) === "::";

function isListed(host: string, allowed: string): boolean {
  const name = bare(allowed.toLowerCase());
  return name.startsWith("*.") ? host.endsWith(name.slice(1)) : host === name;
}

/** The first that is given of: the origin of a page that asks, and whether the browser says that it is another's. */
function isForeign(headers: IncomingHttpHeaders, isAllowed: (host: string) => boolean): boolean {
  if (headers.origin !== undefined) {
    const host = hostOf(originForm.exec(headers.origin)?.[1] ?? "");
    return host === undefined || !isAllowed(host);
  }
  const site = headers["sec-fetch-site"];
  return site !== undefined && site !== "same-origin" && site !== "none";
}

const shown = (text: string): string => JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);

/**
 * Makes what turns away the requests that other web sites send from the browser of whoever runs the server. A site may let
 * its own name lead to 127.0.0.1 (DNS rebinding), and would read what is served as if it were its own: only the names count
 * that the server was given, of which those of the loopback are always some. An address can't be rebound, so a server that
 * listens everywhere answers to every one.
 *
 * @param rules the names
 * @param identifies whether requests get an identity that they did not bring: then pages of other origins are refused too
 * @returns why a request is turned away, `undefined` when it is not
 * @see https://fetch.spec.whatwg.org/#origin-header, https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 */
export function hostGuard(
  { host: own, allowHosts }: HostRules,
  identifies: boolean,
): (target: string, headers: IncomingHttpHeaders) => Refusal | undefined {
  const names = [own, ...allowHosts];
  const isAllowed = (host: string): boolean =>
    isLoopback(host) || names.some(name => isListed(host, name)) || (isEverywhere(own) && isIP(host) > 0);

  return function refusalOf(target, headers) {
    // The absolute form of a target stands over the header (RFC 9112 section 3.2.2).
    const authority = absoluteForm.exec(target)?.[1] ?? headers.host ?? "";
    const host = hostOf(authority);
    if (host === undefined || !isAllowed(host)) {
      const message = `This server does not answer to the host ${shown(authority)}; if it is yours, allow it with --allow-host, or allowHosts of serve`;
      return { status: 421, message };
    }
    if (!identifies || !isForeign(headers, isAllowed)) return undefined;
    const from = headers.origin === undefined ? "another site" : `the origin ${shown(headers.origin)}`;
    const message = `With an authorizer every request is signed in, so one from ${from} is refused; if it is yours, allow its host with --allow-host, or allowHosts of serve`;
    return { status: 403, message };
  };
}
