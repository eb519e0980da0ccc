import { isObject } from "../../src/core/objects.ts";
import { checkArgument, checkOptions } from "../../src/core/options.ts";
import { type GatewaySource, gatewaySources } from "../emulator/sources.ts";
import type { AccessReport } from "./access/report.ts";
import type { AccessApi } from "./access/routes.ts";
import type { TestClient } from "./requests/client.ts";
import { checkSource } from "./requests/invoke.ts";
import { checkTarget } from "./requests/target.ts";

/** Options of {@link proveAccess}. */
export interface ProveAccessOptions<
  Users extends Readonly<Record<string, object>> = Readonly<Record<string, object>>,
> {
  /**
   * Who is signed in, by name: what `context.user` is. Two at least, and one of each tenant and role. Those who are not stored yet are
   * stored where `authUser` looks users up, with the fields that they lack.
   */
  users: Users;
  /**
   * Stores what the attacks shall find besides what each user makes through the API.
   *
   * @param users as they are stored
   * @param clients of each user
   */
  seed?: (users: Users, clients: { readonly [Name in keyof Users]: TestClient }) => unknown;
  /**
   * The field of users and of objects that says whose they are, or a function that gives it of both. No route but `open` ones lets
   * anybody reach an object of another tenant.
   * @default fields that are called as tenants are, and those that the API itself puts on what a user makes
   */
  tenant?: string | ((object: Readonly<Record<string, unknown>>) => unknown);
  /** Keys of routes that do more than their siblings on purpose: `GET /posts/{id}`. What they say of themselves holds for them too. @default none */
  open?: readonly string[];
  /** Bodies by route key, for routes that do not take what is made of their schema. @default an example of the route, else one that is made */
  bodies?: Readonly<Record<string, unknown>>;
  /** The sources that requests come through. @default all */
  sources?: readonly GatewaySource[];
  /** Takes as long as it takes: otherwise a route that is slow is attacked for some seconds only. @default false */
  thorough?: boolean;
}

/**
 * Proves who may do what with an API. What its routes say of themselves (`auth`, `queryset`, `permit`, serializers, lists of keys) is
 * asked apart from the handlers, and then every route is attacked as every user and as nobody, on every source: with the ids of others'
 * objects, in lists, filters, orders and cursors, with keys that nobody listed, in patches and in bulk. A route that keeps nothing
 * from anybody is compared with the others of its model.
 *
 * Objects are made through the API, in the models that its routes name, and taken away at the end: use it with models of tests.
 *
 * @param api what `api()` made
 * @param options who is signed in, and what there shall be
 * @returns how much was done; there are no crossings in it
 * @throws AccessError listing each crossing with the request that shows it
 * @throws TypeError naming a wrong option
 * @throws Error when a user can't be stored; whatever `seed` throws
 * @example
 * await proveAccess(blog, { users: { ada: { id: "ada-1" }, eve: { id: "eve-1" } } });
 */
export async function proveAccess<const Users extends Readonly<Record<string, object>>>(
  api: AccessApi,
  options: ProveAccessOptions<Users>,
): Promise<AccessReport> {
  checkTarget("proveAccess", api);
  checkArgument("proveAccess", "options", options ?? null, "object");
  checkOptions("proveAccess", options, {
    users: "object",
    seed: "function",
    tenant: ["string", "function"],
    open: "names",
    bodies: "object",
    sources: "names",
    thorough: "boolean",
  });
  const { users, seed, tenant, open = [], bodies = {}, sources = gatewaySources, thorough = false } = options;
  if (!isObject(users) || Object.keys(users).length === 0 || !Object.values(users).every(isObject)) {
    throw new TypeError('proveAccess: option "users" must name users, each an object');
  }
  if (!Array.isArray(api.routes))
    throw new TypeError("proveAccess: the first argument must be what api() made");
  if (sources.length === 0) throw new TypeError('proveAccess: option "sources" is empty');
  for (const source of sources) checkSource("proveAccess", source);
  // Settings are read when it is used, not when the kit is imported: a test sets its variables in between.
  const { prove } = await import("./access/prove.ts");
  return prove(api, { users, seed, tenant: tenant as never, open, bodies, sources, thorough });
}
