import type { Policy } from "./policy.ts";
import type { AccessRoute } from "./routes.ts";
import type { Actor, AttackRequest, CrossingKind, Seen } from "./types.ts";
import type { Stored } from "./world.ts";

/** Something that was found, with the request that shows it. */
export interface Finding {
  readonly kind: CrossingKind;
  readonly what: string;
  readonly seen: Seen;
}

/**
 * Sends one request of an attack, as its actor unless another is named; what must hold of any request is checked. `deleted` is
 * deleted before, and there again afterwards.
 */
export type Ask = (request: AttackRequest, actor?: Actor, deleted?: Stored) => Promise<Seen>;

/** Some requests by one actor to one route, and what must hold of all of them together. */
export interface Attack {
  readonly route: AccessRoute;
  readonly actor: Actor;
  run(ask: Ask): Promise<Finding | undefined>;
}

/** All that attacks are made of. */
export interface Scene {
  readonly routes: readonly AccessRoute[];
  /** Those who are signed in. */
  readonly actors: readonly Actor[];
  readonly nobody: Actor;
  readonly policy: Policy;
  /** Bodies that routes take, by route key, where the caller of `proveAccess` says them. */
  readonly bodies: Readonly<Record<string, unknown>>;
  /** The objects of a route's model, as they are stored. */
  objectsOf(route: AccessRoute): readonly Stored[];
}
