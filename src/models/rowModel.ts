import type { StandardSchemaV1 } from "@standard-schema/spec";
import { NotFound } from "../core/errors.ts";
import type { Row } from "../core/types.ts";
import { applyChanges, areApart, changedSince, type Guard } from "./changes.ts";
import { checkRow } from "./fields/checkObject.ts";
import { newId } from "./fields/newId.ts";
import { readId } from "./fields/readId.ts";
import { sameValue } from "./fields/values.ts";
import { type Admit, type AdmittingModel, admitting } from "./query/admission.ts";
import { relatingModel } from "./query/relating.ts";
import type { SetWrites } from "./query/setWrites.ts";
import { rowSets, type SetTable } from "./rowSets.ts";
import type { Keeper } from "./stamps/keeper.ts";
import { noteTogether } from "./together.ts";
import type { FieldKind, FullModel, Model, Queryset, Relations } from "./types.ts";

/** A table as a {@link rowModel} writes to it. What a row must still be is given by its fields; null and absent are one. */
export interface RowTable extends SetTable {
  /** Whether the database makes the ids that are not given. */
  readonly makesIds: boolean;
  /** @param admit asks whether the row may be stored, which it must before that is kept */
  insert(row: Row, admit?: Admit): Promise<Row>;
  /**
   * Changes columns of a row that is still as given.
   *
   * @param next the whole row, as it is to be
   * @returns the row; `undefined` when it is not as given
   */
  update(id: unknown, changes: Row, unchanged: Row, next: Row): Promise<Row | undefined>;
  /** Removes a row that is still as given; false when it is not. */
  remove(id: unknown, unchanged: Row): Promise<boolean>;
  /** The row of this id, whatever it holds. */
  get(id: unknown): Promise<Row | undefined>;
}

/** What a {@link rowModel} is made of. */
export interface RowModelOptions extends Guard {
  schema: StandardSchemaV1 | undefined;
  relations?: Relations;
  table: RowTable;
  /** What the model sets itself, where it sets anything. */
  keeper: Keeper | undefined;
  /** @param writes how all objects of a queryset are changed */
  objects(writes: SetWrites): Queryset<Row>;
  /** Runs a function within a transaction; absent where the database has none. */
  together?: Together | undefined;
}

/** What a model has for `together`. */
type Together = NonNullable<Model<Row>["together"]>;

/**
 * Makes the model of a table whose database changes a row only where it is still as it was loaded: load, apply the changes,
 * check the whole object, write. It makes ids, and distinguishes a row that was changed from one that is gone. To try again is the
 * caller's: what was decided on the old object may no longer be right.
 *
 * @param options the table, its objects, and what guards them
 * @example
 * const Users = rowModel<User>({ name: "User", idKey: "id", version: "version", schema, table, objects });
 */
export function rowModel<T extends object>(options: RowModelOptions): FullModel<T> {
  const { name, idKey, version, schema, relations, table, keeper, together } = options;
  const { kinds } = table;
  const softDelete = keeper?.softDelete;

  async function create(data: Row, admit?: Admit): Promise<Row> {
    const row: Row = { ...data };
    for (const key of Object.keys(row)) if (row[key] === undefined) delete row[key];
    const isMade = (row[idKey] ?? null) === null && table.makesIds;
    // A schema of whole objects wants an id even where the database is yet to make it: any stands in.
    if (isMade) row[idKey] = kinds[idKey] === "text" ? newId() : 1;
    row[idKey] ??= newId();
    if (version !== undefined) row[version] = 1;
    const checked = await checkRow(schema, kinds, row);
    if (isMade) delete checked[idKey];
    return await table.insert(checked, admit);
  }

  async function change(object: Row, changes: Row, isMark: boolean, admit?: Admit): Promise<Row> {
    const { id, loaded, unchanged } = loadedRow(object);
    const changed = applyChanges(loaded, changes, options);
    const next = isMark ? changed : await checkRow(schema, kinds, changed);
    admit?.(next, true);
    const others = Object.entries(next).filter(([key, value]) => !sameValue(value, loaded[key]));
    const written = Object.fromEntries(others.map(([key, value]) => [key, value ?? null]));
    return (await table.update(id, written, unchanged, next)) ?? refuse(id, loaded);
  }
  const update = (object: Row, changes: Row, admit?: Admit): Promise<Row> =>
    change(object, changes, false, admit);

  async function remove(object: Row): Promise<void> {
    const { id, loaded, unchanged } = loadedRow(object);
    if (!(await table.remove(id, unchanged))) await refuse(id, loaded);
  }

  async function refuse(id: unknown, loaded: Row): Promise<never> {
    const row = await table.get(id);
    throw row === undefined || areApart(row, loaded, softDelete) ? new NotFound() : changedSince(name);
  }

  /** An object as it was loaded, and what of its row must still be the same for it to be written. */
  function loadedRow(object: Row): { id: unknown; loaded: Row; unchanged: Row } {
    const id = readId(object[idKey], kinds[idKey] as FieldKind);
    if (id === undefined) throw new NotFound();
    const fields = Object.keys(kinds);
    const known = fields.filter(field => object[field] !== undefined);
    const loaded = Object.fromEntries(known.map(field => [field, object[field]]));
    const guarding =
      version === undefined
        ? fields.filter(field => field !== idKey)
        : [version, ...(softDelete ? [softDelete] : [])];
    return { id, loaded, unchanged: Object.fromEntries(guarding.map(key => [key, loaded[key] ?? null])) };
  }

  const writes = rowSets({ ...options, updateRow: update });
  const objects = options.objects(keeper ? keeper.writes(writes) : writes);
  const described = {
    name,
    idKey,
    ...(schema && { schema }),
    ...(relations && { relations }),
    fields: kinds,
  };
  const own = { create, update, delete: remove, ...(together && { together }) };
  const model: AdmittingModel<Row> = { ...described, objects, ...own };
  keeper?.model(model, (object, changes) => change(object, changes, true));
  return noteTogether(admitting(relatingModel(model), version)) as unknown as FullModel<T>;
}
