import { idsIn, rulesHold } from "./asked.ts";
import type { Belonging } from "./belonging.ts";
import { addressBelow, lookForParents } from "./parents.ts";
import { type AccessRoute, hasObject, isGuarded } from "./routes.ts";
import type { Actor, Variables } from "./types.ts";
import { keyOf, type Snapshot, type Stored } from "./world.ts";

const reads: ReadonlySet<string> = new Set(["retrieve", "list"]);
const writes: ReadonlySet<string> = new Set(["update", "delete", "updateMany", "deleteMany"]);

const isRead = ({ verb = "create" }: AccessRoute): boolean => reads.has(verb);
const isWrite = ({ verb = "create" }: AccessRoute): boolean => writes.has(verb);

/** What is done to objects that are there, or were until they were deleted. */
const isAbout = (route: AccessRoute): boolean => isRead(route) || isWrite(route) || route.verb === "restore";

/**
 * Who may do what, as the routes say it themselves by `auth`, `queryset` and `permit`. Each of these is asked here once more,
 * apart from the handlers, whose behaviour is compared with it.
 */
export class Policy {
  readonly routes: readonly AccessRoute[];
  readonly belonging: Belonging;
  private readonly open: ReadonlySet<string>;
  /** All objects as they are. */
  snapshot: Snapshot = new Map();
  private known = new Map<string, Promise<unknown>>();

  constructor(routes: readonly AccessRoute[], belonging: Belonging, open: readonly string[]) {
    this.routes = routes;
    this.belonging = belonging;
    this.open = new Set(open);
  }

  /** Goes by other objects from now on. */
  look(snapshot: Snapshot): void {
    this.snapshot = snapshot;
    lookForParents(this.routes, snapshot);
    this.known = new Map();
  }

  /** Remembers what was found, until the objects change. */
  once<T>(key: readonly unknown[], make: () => Promise<T>): Promise<T> {
    const name = JSON.stringify(key);
    const found = this.known.get(name) ?? make();
    this.known.set(name, found);
    return found as Promise<T>;
  }

  /** Whether the caller of `proveAccess` lets a route do more than others. */
  isOpen({ key }: AccessRoute): boolean {
    return this.open.has(key);
  }

  /** Whether a route says that somebody may call it at all, whatever the object. */
  async mayCall(route: AccessRoute, actor: Actor, variables: Variables): Promise<boolean> {
    if (actor.user === undefined && isGuarded(route)) return false;
    return hasObject(route) || rulesHold(route, actor, variables);
  }

  /** The keys of the objects that a route says somebody may reach, as they are now; `undefined` where it can't be asked. */
  async reachNow(
    route: AccessRoute,
    actor: Actor,
    variables: Variables,
    all: Snapshot = this.snapshot,
  ): Promise<ReadonlySet<string> | undefined> {
    const { model } = route;
    const keys = new Set<string>();
    if (model === undefined || (actor.user === undefined && isGuarded(route))) return keys;
    const ids = await idsIn(route, actor, variables);
    if (ids === null) return undefined;
    for (const [key, stored] of all) {
      if (stored.model !== model || ids?.has(stored.id) === false) continue;
      if (await rulesHold(route, actor, variables, stored.row)) keys.add(key);
    }
    return keys;
  }

  reach(route: AccessRoute, actor: Actor, variables: Variables): Promise<ReadonlySet<string> | undefined> {
    return this.once(["reach", route.key, actor.name, variables], () =>
      this.reachNow(route, actor, variables),
    );
  }

  /** The variables of all paths that lead to an object. */
  addressOf({ model, row }: Stored): Variables {
    const names = this.routes.flatMap(({ own, model: of }) => (own && of === model ? [own] : []));
    const above = this.routes.filter(route => route.model === model).map(route => addressBelow(route, row));
    const own = Object.fromEntries(names.map(({ name, field }) => [name, String(row[field])]));
    return Object.assign({}, ...above, own);
  }

  private async reaches(route: AccessRoute, actor: Actor, key: string, variables: Variables) {
    const stored = this.snapshot.get(key);
    const address = stored === undefined ? variables : { ...variables, ...this.addressOf(stored) };
    return (await this.reach(route, actor, address))?.has(key);
  }

  /** Whether a route keeps anything from anybody who is signed in. */
  private binds(route: AccessRoute): Promise<boolean> {
    return this.once(["binds", route.key], async () => {
      const isBound = route.rules.length > 0 || route.scopes.some(({ queryset }) => queryset !== undefined);
      if (!isBound) return false;
      for (const [key, { model }] of this.snapshot) {
        if (model !== route.model) continue;
        for (const actor of this.belonging.actors) {
          if ((await this.reaches(route, actor, key, {})) === false) return true;
        }
      }
      return false;
    });
  }

  /** Why a route that keeps nothing from anybody should, going by what other routes of the model do. */
  private async omission(route: AccessRoute, actor: Actor, key: string, variables: Variables) {
    if (route.isNested || !isAbout(route)) return undefined;
    const siblings = this.routes.filter(
      other => other !== route && other.model === route.model && (isRead(other) || isWrite(other)),
    );
    const like = isRead(route) ? siblings.filter(isRead) : siblings;
    const guarded = like.find(isGuarded);
    if (actor.user === undefined && route.auth === undefined && guarded)
      return `${guarded.key} asks who calls`;
    if (await this.binds(route)) return undefined;
    for (const other of like) {
      if (!(await this.binds(other))) continue;
      if ((await this.reaches(other, actor, key, variables)) === false)
        return `${other.key} keeps it from them`;
    }
    const stored = this.snapshot.get(key) as Stored;
    const maker = isRead(route) ? undefined : this.belonging.otherMaker(stored, actor);
    return maker ? `it is ${maker.name}'s, and nothing keeps it from others` : undefined;
  }

  /** Why an object is of others, whatever the route says. */
  private isOthers(route: AccessRoute, actor: Actor, stored: Stored): string | undefined {
    if (this.isOpen(route) || !(this.belonging.isDeclared || isGuarded(route))) return undefined;
    return this.belonging.otherTenant(stored, actor);
  }

  /** Why somebody may not do with an object what a route does; `undefined` when they may. */
  refusal(route: AccessRoute, actor: Actor, key: string, variables: Variables): Promise<string | undefined> {
    return this.once(["refusal", route.key, actor.name, key, variables], async () => {
      const stored = this.snapshot.get(key);
      const others = stored && this.isOthers(route, actor, stored);
      if (others !== undefined) return others;
      const reached = await this.reach(route, actor, variables);
      if (reached?.has(key) === false) {
        if (actor.user === undefined && isGuarded(route)) return "nobody is signed in";
        return "it is out of what the route lets them reach";
      }
      return stored === undefined || this.isOpen(route)
        ? undefined
        : this.omission(route, actor, key, variables);
    });
  }

  /** Asks what is refused while the objects are as they are: afterwards a `queryset` gives others. */
  async foresee(route: AccessRoute, actor: Actor, variables: Variables): Promise<void> {
    for (const [key, { model }] of this.snapshot) {
      if (model === route.model) await this.refusal(route, actor, key, variables);
    }
  }

  /** Why an object that somebody just wrote is not theirs to write; the models hold it already. */
  async refusalOfNew(
    route: AccessRoute,
    actor: Actor,
    written: Stored,
    variables: Variables,
  ): Promise<string | undefined> {
    const others = this.isOthers(route, actor, written);
    if (others !== undefined) return others;
    const key = keyOf(written.model, written.id);
    const ids = route.model === written.model ? await idsIn(route, actor, variables) : undefined;
    if (ids && !ids.has(written.id)) return `it is out of the queryset of ${route.key}`;
    if (this.isOpen(route)) return undefined;
    const before = this.snapshot.get(key);
    const maker = actor.user && this.belonging.otherMaker(written, actor);
    if (maker !== undefined && !(before && this.belonging.otherMaker(before, actor) === maker))
      return `it says that ${maker.name} made it`;
    const now: Snapshot = new Map([[key, written]]);
    const usual = before ? [key] : this.belonging.madeBy(actor, route);
    for (const other of this.routes.filter(one => one.model === written.model && isWrite(one))) {
      const reachedBefore = await Promise.all(usual.map(one => this.reaches(other, actor, one, variables)));
      if (!reachedBefore.includes(true)) continue;
      const reached = await this.reachNow(other, actor, { ...variables, ...this.addressOf(written) }, now);
      if (reached?.has(key) === false) return `${other.key} keeps it from them`;
    }
    return undefined;
  }
}
