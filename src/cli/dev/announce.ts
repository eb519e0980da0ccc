import type { ServeSource } from "../../dev/routes.ts";
import type { Listing } from "../host/messages.ts";
import type { Output } from "../io.ts";

/** Who calls, by the name of the source. */
export const sourceNames: Record<ServeSource, string> = {
  v1: "a REST API",
  v2: "an HTTP API",
  alb: "a load balancer",
  url: "a function URL",
};

/** What {@link announce} tells of. */
export interface Announced {
  /** The entry. */
  name: string;
  url: string;
  source: ServeSource;
  docs: boolean;
}

/** Writes what is served, where, and how. */
export function announce(out: Output, listing: Listing, { name, url, source, docs }: Announced): void {
  const { routes, functions, hasDocument, usesLentKey } = listing;
  const link = (text: string): string => out.style("cyan", text);
  const kind = sourceNames[source];
  out.line(`${out.style("bold", name)} is on ${link(url)}, called by ${kind} (Ctrl-C stops it)`);
  if (docs && hasDocument) out.line(`Its documentation is on ${link(`${url}/docs`)}`);
  if (usesLentKey) out.line("TSVERLESS_SECRET_KEY is not set: the tokens of this run end with it");
  out.line();
  const width = Math.max(...routes.map(({ key }) => key.length));
  for (const route of routes) out.line(`  ${route.key.padEnd(width)}  ${out.style("dim", route.name)}`);
  if (routes.length === 0) {
    out.line(`  There is no route. Export one of these as handler to serve it: ${functions.join(", ")}`);
  }
  out.line();
}
