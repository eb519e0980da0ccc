import { checkOptions } from "../../core/options.ts";
import { fieldsOfSchema } from "../fields/fields.ts";
import type { KnownFields } from "../fields/knownFields.ts";
import type { FieldKind, Stamps } from "../types.ts";
import { watchCallers } from "./asUser.ts";
import { type Keeper, keeperOf } from "./keeper.ts";
import type { ResolvedKeepOptions } from "./types.ts";

type Names = Stamps<Record<string, unknown>>;
type Role = keyof Names | "softDelete";

/** What a model sets itself. */
export interface Keeping {
  readonly softDelete: string | undefined;
  /** The kinds that an option gives of fields, with those of the fields that the model sets, unless a schema has to declare them. */
  readonly fields: object | undefined;
  /** @throws TypeError on a field that is not there, or can't hold what it is for */
  keeper(kinds: KnownFields): Keeper;
}

const times: readonly (FieldKind | undefined)[] = ["date", "text"];
const ids: readonly (FieldKind | undefined)[] = ["text", "integer", "bigint"];
const kindsOf: Readonly<Record<Role, typeof times>> = {
  createdAt: times,
  updatedAt: times,
  createdBy: ids,
  updatedBy: ids,
  softDelete: times,
};

function namesOf(factory: string, stamps: unknown): Names {
  const all = stamps === true ? { createdAt: true, updatedAt: true } : ((stamps || {}) as object);
  const kind = ["boolean", "string"] as const;
  checkOptions<object>(`${factory}: stamps`, all, {
    createdAt: kind,
    updatedAt: kind,
    createdBy: kind,
    updatedBy: kind,
  } as object);
  const named = Object.entries(all as Record<string, unknown>)
    .filter(([, name]) => name !== undefined && name !== false)
    .map(([role, name]) => [role, name === true ? role : name]);
  return Object.fromEntries(named) as Names;
}

/** What a field is for, and where that is said. */
function entriesOf(names: Names, softDelete: string | undefined): [role: Role, field: string][] {
  const stamps = Object.entries(names) as [Role, string][];
  return softDelete === undefined ? stamps : [...stamps, ["softDelete", softDelete]];
}

/**
 * Reads what a model sets itself: what `#stamps` means unless the condition `tsverless-no-stamps` is given.
 *
 * @param factory who takes the options, for messages
 * @param given the kinds that an option gives of fields
 * @throws TypeError on a wrong option
 */
export function keeping(
  factory: string,
  options: ResolvedKeepOptions,
  idKey: string,
  given: object | undefined,
): Keeping {
  const { softDelete, schema, version } = options;
  const names = namesOf(factory, options.stamps);
  const entries = entriesOf(names, softDelete);
  const optionOf = (role: Role): string => (role === "softDelete" ? role : `stamps.${role}`);
  const seen = new Set<unknown>([idKey, version]);
  for (const [role, field] of entries) {
    if (seen.has(field)) {
      throw new TypeError(
        `${factory}: option "${optionOf(role)}" names "${field}", which is another's already`,
      );
    }
    seen.add(field);
  }
  if ((names.createdBy ?? names.updatedBy) !== undefined) watchCallers();
  const declared = fieldsOfSchema(schema);
  const missing = declared && entries.find(([, field]) => !Object.hasOwn(declared, field));
  if (missing !== undefined) {
    throw new TypeError(
      `${factory}: option "${optionOf(missing[0])}" names "${missing[1]}", which the schema does not declare`,
    );
  }
  const defaults = Object.fromEntries(entries.map(([role, field]) => [field, kindsOf[role][0]]));
  return {
    softDelete,
    fields: given === undefined || declared !== undefined ? given : { ...defaults, ...given },
    keeper(kinds) {
      for (const [role, field] of entries) {
        if (kinds === undefined) break;
        if (!Object.hasOwn(kinds, field)) {
          throw new TypeError(
            `${factory}: option "${optionOf(role)}" names "${field}", which is not a field`,
          );
        }
        if (!kindsOf[role].includes(kinds[field])) {
          throw new TypeError(
            `${factory}: option "${optionOf(role)}" names "${field}", which must be one of ${kindsOf[role].join(", ")}`,
          );
        }
      }
      return keeperOf(names, softDelete, kinds);
    },
  };
}
