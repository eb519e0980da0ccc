import type { Row } from "../../../src/core/types.ts";
import type { AccessRoute } from "./routes.ts";
import type { Actor } from "./types.ts";
import type { Snapshot, Stored } from "./world.ts";

/** Names of fields that say to whom an object belongs besides its maker. */
export const tenantName: RegExp =
  /tenant|^org|organi[sz]ation|compan|account|team|workspace|customer|realm|shop|store/i;

/** A field of objects that holds a field of whoever made them, which their clients can't set. */
export interface Stamp {
  /** The name of the model. */
  readonly model: string;
  readonly field: string;
  /** The field of the user. */
  readonly from: string;
}

/** Who made which object, and by which route. */
export type Made = ReadonlyMap<string, readonly [Actor, AccessRoute]>;

/** The tenant of an object or of a user, as the option says. */
export type TenantOption = string | ((object: Row) => unknown);

const isDistinct = (value: unknown): boolean => ["string", "number", "bigint"].includes(typeof value);

/** Whom objects belong to, by what their makers left on them. */
export class Belonging {
  readonly actors: readonly Actor[];
  readonly stamps: readonly Stamp[];
  private readonly made: Made;
  private readonly tenant: TenantOption | undefined;

  constructor(
    actors: readonly Actor[],
    stamps: readonly Stamp[],
    made: Made,
    tenant: TenantOption | undefined,
  ) {
    this.actors = actors;
    this.stamps = stamps;
    this.made = made;
    this.tenant = tenant;
  }

  /** The keys of what somebody made by a route. */
  madeBy(actor: Actor, route: AccessRoute): string[] {
    const all = [...this.made].filter(
      ([, [maker, by]]) => maker.name === actor.name && by.model === route.model,
    );
    return all.map(([key]) => key);
  }

  private get idStamps(): readonly Stamp[] {
    return this.stamps.filter(({ field, from }) => !isTenantStamp({ field, from }));
  }

  /** Who else made an object, where it says so. */
  otherMaker({ model, row }: Stored, actor: Actor): Actor | undefined {
    const stamp = this.idStamps.find(one => one.model === model.name);
    if (stamp === undefined) return undefined;
    const isOf = ({ user }: Actor): boolean => String(user?.[stamp.from]) === String(row[stamp.field]);
    return isOf(actor) ? undefined : this.actors.find(isOf);
  }

  private told(object: Row): unknown {
    const { tenant } = this;
    return typeof tenant === "function" ? tenant(object) : object[tenant as string];
  }

  /** Why an object is not of an actor's tenant; `undefined` when it is, or when nothing tells. */
  otherTenant({ model, row }: Stored, actor: Actor): string | undefined {
    const { tenant, stamps } = this;
    const mine = actor.user;
    if (tenant !== undefined) {
      const wanted = this.told(row);
      const isSame = mine !== undefined && this.told(mine) === wanted;
      return wanted === undefined || wanted === null || isSame ? undefined : "it is of another tenant";
    }
    const other = stamps.find(
      one =>
        one.model === model.name &&
        isTenantStamp(one) &&
        isDistinct(row[one.field]) &&
        mine?.[one.from] !== row[one.field],
    );
    return other && `its ${other.field} is of another tenant`;
  }

  /** Whether tenants are told by an option, and so go for every route. */
  get isTold(): boolean {
    return this.tenant !== undefined;
  }
}

const isTenantStamp = ({ field, from }: Pick<Stamp, "field" | "from">): boolean =>
  tenantName.test(field) || tenantName.test(from);

/** The fields of users that differ between some of them. */
function tellingFields(actors: readonly Actor[]): string[] {
  const names = new Set(actors.flatMap(({ user }) => Object.keys(user ?? {})));
  return [...names].filter(name => {
    const values = actors.map(({ user }) => user?.[name]);
    return values.every(isDistinct) && new Set(values).size > 1;
  });
}

/**
 * The fields by which the API marks what somebody made: on every object that they made it has a value of theirs, and their
 * clients can't set it.
 */
export function stampsOf(made: Made, snapshot: Snapshot, actors: readonly Actor[]): Stamp[] {
  const telling = tellingFields(actors);
  const found = new Map<string, Stamp[]>();
  for (const [key, [{ user = {} }, { settable }]] of made) {
    const stored = snapshot.get(key);
    if (stored === undefined) continue;
    const { model, row } = stored;
    const fields = Object.keys(row).filter(name => name !== model.idKey && !settable.includes(name));
    const here = fields.flatMap(field =>
      telling
        .filter(from => isDistinct(row[field]) && row[field] === user[from])
        .map(from => ({ model: model.name, field, from })),
    );
    const before = found.get(model.name);
    const isHere = (one: Stamp) => here.some(({ field, from }) => field === one.field && from === one.from);
    found.set(model.name, before === undefined ? here : before.filter(isHere));
  }
  return [...found.values()].flat();
}

/** Tenants that seeded objects name: a field of objects and of users alike, called as tenants are. */
export function tenantStamps(snapshot: Snapshot, actors: readonly Actor[]): Stamp[] {
  const names = tellingFields(actors).filter(name => tenantName.test(name));
  const stamps = new Map<string, Stamp>();
  for (const { model, row } of snapshot.values()) {
    for (const name of names) {
      const holds = actors.some(({ user }) => user?.[name] === row[name]);
      if (holds && row !== undefined)
        stamps.set(`${model.name} ${name}`, { model: model.name, field: name, from: name });
    }
  }
  return [...stamps.values()];
}
