import { AssertionError } from "node:assert";
import { inspect } from "node:util";
import type { GatewaySource } from "../../emulator/sources.ts";
import type { AccessRoute } from "./routes.ts";
import type { Actor, Crossing, CrossingKind, Seen } from "./types.ts";

/** What `proveAccess` did and found. */
export interface AccessReport {
  readonly crossings: readonly Crossing[];
  /** How many requests were sent. */
  readonly requests: number;
  /** Routes by which nobody was ever let through, so that little is proved of them: say a body that they take in `bodies`. */
  readonly unproven: readonly string[];
  /** Routes that are so slow that attacks were left out; `thorough` leaves none out. */
  readonly cut: readonly string[];
}

/** What `proveAccess` throws. */
export class AccessError extends AssertionError implements AccessReport {
  declare readonly crossings: readonly Crossing[];
  readonly requests: number;
  readonly unproven: readonly string[];
  readonly cut: readonly string[];

  constructor({ crossings, requests, unproven, cut }: AccessReport) {
    const message = [`proveAccess: ${crossings.length} crossing(s)`, ...crossings.map(lineOf)].join("\n");
    super({ message, operator: "proveAccess" });
    // The message has them already.
    Object.defineProperty(this, "crossings", { value: crossings });
    this.requests = requests;
    this.unproven = unproven;
    this.cut = cut;
  }
}

const show = (value: unknown): string => inspect(value, { depth: 5, breakLength: Number.POSITIVE_INFINITY });

function lineOf({ kind, what, route, user, sources, request, status }: Crossing): string {
  const { method, path, pathParameters: _, ...more } = request;
  const details = Object.keys(more).length > 0 ? ` ${show(more)}` : "";
  return [
    `  ${kind}: ${what}`,
    `    ${route}, as ${user ?? "nobody"}, on ${sources.join(", ")}`,
    `    ${method} ${path}${details} -> ${status}`,
  ].join("\n");
}

/** Collects crossings: each kind once for a route and a user, with all sources that it happened on. */
export class Findings {
  private readonly found = new Map<string, Crossing>();

  add(
    source: GatewaySource,
    route: AccessRoute,
    actor: Actor,
    kind: CrossingKind,
    what: string,
    seen: Seen,
  ): void {
    const key = JSON.stringify([kind, route.key, actor.name, what]);
    const before = this.found.get(key);
    if (before?.sources.includes(source)) return;
    this.found.set(
      key,
      before === undefined
        ? {
            kind,
            what,
            route: route.key,
            user: actor.user === undefined ? undefined : actor.name,
            sources: [source],
            request: seen.request,
            status: seen.response.status,
          }
        : { ...before, sources: [...before.sources, source] },
    );
  }

  get crossings(): Crossing[] {
    return [...this.found.values()];
  }
}
