import type { ConditionTree } from "./where.ts";

/** How a store is looked into by statements of others in the same database. */
export interface StoreJoins {
  /** What is the same for all that one statement reaches. */
  readonly database: unknown;
  /** What compares with fields of the same form, and no others; `undefined` for one that compares with none. */
  forms(fields: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** The statement that selects these fields where none of them is null. */
  select(fields: readonly string[], condition: ConditionTree | undefined): Promise<unknown>;
}

/** The same of one queryset. */
export interface Joins extends Pick<StoreJoins, "database" | "forms"> {
  select(fields: readonly string[]): Promise<unknown>;
}

/** Whether a statement can compare fields of one queryset with those of another. */
export async function canJoin(
  from: Joins | undefined,
  own: readonly string[],
  to: Joins | undefined,
  theirs: readonly string[],
): Promise<boolean> {
  if (from === undefined || to === undefined || from.database !== to.database) return false;
  const [left, right] = await Promise.all([from.forms(own), to.forms(theirs)]);
  return left.every((form, at) => form !== undefined && form === right[at]);
}
