import type { HookRequest } from "../core/middleware.ts";
import { addHeaders, givenHeaders } from "./responseState.ts";

const noStore = /* @__PURE__ */ Object.freeze({ "Cache-Control": "no-store" });

/**
 * Says of a response that depends on who calls that nobody may keep it: a cache in between would hand it to the next one
 * who asks (RFC 9111 section 5.2.2.5). A `Cache-Control` of the response itself, or one that was given by
 * {@link addHeaders}, stands.
 *
 * @param request the state of the invocation
 * @example
 * forbidStoring(request);
 */
export function forbidStoring(
  request: Pick<HookRequest<unknown, unknown>, "event" | "response" | "context">,
): void {
  for (const name in givenHeaders(request)) if (name.toLowerCase() === "cache-control") return;
  addHeaders(request, noStore);
}
