import type { ServeSource } from "../../dev/routes.ts";
import type { Output } from "../shell/io.ts";
import type { Listing } from "../worker/messages.ts";

/** Who calls, by the name of the source. */
export const sourceNames: Record<ServeSource, string> = {
  v1: "a REST API",
  v2: "an HTTP API",
  "http-v1": "an HTTP API with payload format 1.0",
  alb: "a load balancer",
  url: "a function URL",
};

/** Writes where an entry is served, before it is loaded. */
export function announcePlace(out: Output, name: string, url: string, source: ServeSource): void {
  const place = out.style("cyan", url);
  out.line(`${out.style("bold", name)} is on ${place}, called by ${sourceNames[source]} (Ctrl-C stops it)`);
}

/** Writes what is served. */
export function announceRoutes(out: Output, listing: Listing, docs: string | undefined): void {
  const { routes, functions, hasDocument, usesLentKey } = listing;
  if (docs !== undefined && hasDocument) out.line(`Its documentation is on ${out.style("cyan", docs)}`);
  if (usesLentKey) out.line("TSVERLESS_SECRET_KEY is not set: the tokens of this run end with it");
  out.line();
  const width = Math.max(...routes.map(({ key }) => key.length));
  for (const { key, name } of routes) out.line(`  ${key.padEnd(width)}  ${out.style("dim", name)}`);
  if (routes.length === 0) {
    out.line(`  There is no route. Export one of these as handler to serve it: ${functions.join(", ")}`);
  }
  out.line();
}
