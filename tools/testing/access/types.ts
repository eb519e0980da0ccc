import type { HttpEvent } from "../../../src/http/types.ts";
import type { GatewaySource } from "../../emulator/sources.ts";
import type { TestRequest } from "../requests/request.ts";
import type { TestResponse } from "../requests/response.ts";
import type { Target } from "../requests/target.ts";
import type { Change } from "./world.ts";

/** What the variables of a path are. */
export type Variables = Readonly<Record<string, string>>;

/** An event and a context as a route's own functions get them. */
export interface Asked {
  readonly event: HttpEvent;
  readonly context: object;
}

/** Somebody who sends requests; `user` is `undefined` for nobody. */
export interface Actor {
  readonly name: string;
  readonly user: Readonly<Record<string, unknown>> | undefined;
  readonly claims: Readonly<Record<string, unknown>> | undefined;
  readonly target: Target;
}

/** What kind of line was crossed. */
export type CrossingKind =
  /** A response held what its serializer does not let out, or what belongs to others. */
  | "shown"
  /** Somebody reached an object that is out of reach: read it, changed it or deleted it. */
  | "reached"
  /** A key was stored that is not listed. */
  | "written"
  /** An object was created in, or moved to, where its writer can't reach. */
  | "moved"
  /** A filter, an order, a count or a test gave another response by what is hidden. */
  | "revealed"
  /** A credential counted that should not, or none was asked for. */
  | "signed in"
  /** One caller got a response that was kept for another, or other sites and caches may have it. */
  | "shared";

/** A request of an attack. */
export type AttackRequest = TestRequest & { readonly method: string; readonly path: string };

/** One thing that somebody could do and should not be able to. */
export interface Crossing {
  readonly kind: CrossingKind;
  /** What happened, in words. */
  readonly what: string;
  /** The route, as API Gateway writes it. */
  readonly route: string;
  /** Who sent the request, by the name in `users`; `undefined` for nobody. */
  readonly user: string | undefined;
  /** The sources that it happened on. */
  readonly sources: readonly GatewaySource[];
  /** What shows it: `testClient(api).as(user).request(method, path, request)`. */
  readonly request: AttackRequest;
  /** What it got. */
  readonly status: number;
}

/** What came of a request. */
export interface Seen {
  readonly request: AttackRequest;
  readonly response: TestResponse;
  /** What it did to stored objects; they are back already. */
  readonly changes: readonly Change[];
}
