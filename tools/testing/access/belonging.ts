import type { Row } from "../../../src/core/types.ts";
import type { AccessRoute } from "./routes.ts";
import type { Actor } from "./types.ts";
import type { Snapshot, Stored } from "./world.ts";

/** Names of fields that say to whom an object belongs besides its maker. */
export const tenantName: RegExp =
  /tenant|^org|organi[sz]ation|compan|account|team|workspace|customer|realm|shop|store/i;

/** A field of objects that holds a field of whoever made them, which their clients can't set. */
export interface OwnerMark {
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
  readonly marks: readonly OwnerMark[];
  private readonly made: Made;
  private readonly tenant: TenantOption | undefined;

  constructor(
    actors: readonly Actor[],
    marks: readonly OwnerMark[],
    made: Made,
    tenant: TenantOption | undefined,
  ) {
    this.actors = actors;
    this.marks = marks;
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

  private get idMarks(): readonly OwnerMark[] {
    return this.marks.filter(({ field, from }) => !isTenantMark({ field, from }));
  }

  /** Who else made an object, where it says so. */
  otherMaker({ model, row }: Stored, actor: Actor): Actor | undefined {
    const mark = this.idMarks.find(one => one.model === model.name);
    if (mark === undefined) return undefined;
    const isOf = ({ user }: Actor): boolean => String(user?.[mark.from]) === String(row[mark.field]);
    return isOf(actor) ? undefined : this.actors.find(isOf);
  }

  private tenantOf(object: Row): unknown {
    const { tenant } = this;
    return typeof tenant === "function" ? tenant(object) : object[tenant as string];
  }

  /** Why an object is not of an actor's tenant; `undefined` when it is, or when nothing says it. */
  otherTenant({ model, row }: Stored, actor: Actor): string | undefined {
    const { tenant, marks } = this;
    const mine = actor.user;
    if (tenant !== undefined) {
      const wanted = this.tenantOf(row);
      const isSame = mine !== undefined && this.tenantOf(mine) === wanted;
      return wanted === undefined || wanted === null || isSame ? undefined : "it is of another tenant";
    }
    const other = marks.find(
      one =>
        one.model === model.name &&
        isTenantMark(one) &&
        isDistinct(row[one.field]) &&
        mine?.[one.from] !== row[one.field],
    );
    return other && `its ${other.field} is of another tenant`;
  }

  /** Whether tenants are declared by an option, and so go for every route. */
  get isDeclared(): boolean {
    return this.tenant !== undefined;
  }
}

const isTenantMark = ({ field, from }: Pick<OwnerMark, "field" | "from">): boolean =>
  tenantName.test(field) || tenantName.test(from);

/** The fields of users that differ between some of them. */
function distinctFields(actors: readonly Actor[]): string[] {
  const names = new Set(actors.flatMap(({ user }) => Object.keys(user ?? {})));
  return [...names].filter(name => {
    const values = actors.map(({ user }) => user?.[name]);
    return values.every(isDistinct) && new Set(values).size > 1;
  });
}

/** What clients may set of an object that a route made, also beside one of its own model. */
function settableOf({ model }: Stored, by: AccessRoute, routes: readonly AccessRoute[]): readonly string[] {
  if (model === by.model) return by.settable;
  return routes.flatMap(one => (one.model === model && one.verb?.startsWith("create") ? one.settable : []));
}

/**
 * The fields by which the API marks what somebody made: on every object that they made it has a value of theirs, and their
 * clients can't set it.
 */
export function ownerMarks(
  made: Made,
  snapshot: Snapshot,
  { actors, routes }: { actors: readonly Actor[]; routes: readonly AccessRoute[] },
): OwnerMark[] {
  const distinct = distinctFields(actors);
  const found = new Map<string, OwnerMark[]>();
  for (const [key, [{ user = {} }, by]] of made) {
    const stored = snapshot.get(key);
    if (stored === undefined) continue;
    const { model, row } = stored;
    const settable = settableOf(stored, by, routes);
    const fields = Object.keys(row).filter(name => name !== model.idKey && !settable.includes(name));
    const here = fields.flatMap(field =>
      distinct
        .filter(from => isDistinct(row[field]) && row[field] === user[from])
        .map(from => ({ model: model.name, field, from })),
    );
    const before = found.get(model.name);
    const isHere = (one: OwnerMark) =>
      here.some(({ field, from }) => field === one.field && from === one.from);
    found.set(model.name, before === undefined ? here : before.filter(isHere));
  }
  return [...found.values()].flat();
}

/** Tenants that seeded objects name: a field of objects and of users alike, called as tenants are. */
export function tenantMarks(snapshot: Snapshot, actors: readonly Actor[]): OwnerMark[] {
  const names = distinctFields(actors).filter(name => tenantName.test(name));
  const marks = new Map<string, OwnerMark>();
  for (const { model, row } of snapshot.values()) {
    for (const name of names) {
      const holds = actors.some(({ user }) => user?.[name] === row[name]);
      if (holds && row !== undefined)
        marks.set(`${model.name} ${name}`, { model: model.name, field: name, from: name });
    }
  }
  return [...marks.values()];
}
