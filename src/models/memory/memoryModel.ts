import { NotFound } from "../../core/errors.ts";
import { isThenable, mapMaybePromise } from "../../core/maybePromise.ts";
import { checkArgument, checkOptions } from "../../core/options.ts";
import type { Row } from "../../core/types.ts";
import { applyChanges, areApart, changedSince, type Guard, sameState } from "../changes.ts";
import { checkKinds, checkObject, withoutGone } from "../fields/checkObject.ts";
import { kindsOf } from "../fields/fields.ts";
import type { KnownFields } from "../fields/knownFields.ts";
import { checkFields, modelFields } from "../fields/modelFields.ts";
import { compareValues, copyObject } from "../fields/values.ts";
import { type Admit, type AdmittingModel, admitting } from "../query/admission.ts";
import { arrayQueryset } from "../query/arrayQueryset.ts";
import { matches } from "../query/matches.ts";
import { relatingModel } from "../query/relating.ts";
import type { SetWrites } from "../query/setWrites.ts";
import type { ConditionTree } from "../query/where.ts";
import { relationsOf } from "../relations/relationsOf.ts";
import type { NoRelations, WithRelations } from "../relations/types.ts";
import type { Mark } from "../stamps/keeper.ts";
import { keepingOf } from "../stamps/keepingOf.ts";
import type { ResolvedKeepOptions } from "../stamps/types.ts";
import { noteTogether } from "../together.ts";
import type { FieldKind, FullModel, Model, Relations } from "../types.ts";
import { checkId, type LastId, nextId } from "./ids.ts";
import type { MemoryModelOptions } from "./options.ts";
import { duplicate, uniqueGroups, uniqueIndex } from "./uniqueIndex.ts";

/**
 * Keeps objects in the memory of the process: for tests, demos and benchmarks. Copies go in and copies come out, so that
 * nobody changes what is stored but through `update`.
 *
 * @param options the name, and what guards the objects
 * @throws TypeError on a wrong option
 * @example
 * const Users = memoryModel<User>({ name: "User", unique: ["email"] });
 * await Users.create({ email: "ann@example.com" });
 */
export function memoryModel<T extends object, const Given extends Relations = NoRelations>(
  options: MemoryModelOptions<T, Given>,
): FullModel<WithRelations<T, Given>> {
  checkOptions("memoryModel", options, {
    name: "string",
    idKey: "string",
    schema: ["object", "function"],
    unique: "array",
    version: "string",
    objects: "array",
    fields: "object",
    relations: "object",
    stamps: ["boolean", "object"],
    softDelete: "string",
  });
  checkArgument("memoryModel", 'option "name"', options?.name ?? null, "string");
  checkFields("memoryModel", options.fields);
  return modelOn(options, new Map(), { last: 0n }, options.objects);
}

/**
 * The model of these rows.
 *
 * @param ids the last id that was counted
 * @param seeds what is stored besides
 */
function modelOn<T extends object>(
  options: MemoryModelOptions<T>,
  rows: Map<string, T & Row>,
  ids: LastId,
  seeds: readonly T[] = [],
): FullModel<T> {
  const { name, schema, version, softDelete } = options;
  const idKey = options.idKey ?? ("id" as keyof T & string);
  const keeping = keepingOf("memoryModel", options as ResolvedKeepOptions, idKey, options.fields);
  const given = keeping === undefined ? options.fields : keeping.fields;
  const guard: Guard = { name, idKey, version };
  const index = uniqueIndex(uniqueGroups(options.unique), softDelete);
  for (const row of rows.values()) index.add(row);
  let sorted: readonly T[] | undefined;
  let fields: KnownFields | null = null;

  function knownFields(): KnownFields {
    if (fields === null) {
      const known = modelFields(idKey, schema, given);
      fields = known && kindsOf(known);
    }
    return fields;
  }

  function checked(object: Row): Row | Promise<Row> {
    if (schema !== undefined) return checkObject(schema, withoutGone(schema, object));
    return given === undefined ? object : checkKinds(object, knownFields() ?? {});
  }

  function insert(row: Row): T {
    const id = String(row[idKey]);
    if (rows.has(id)) throw duplicate([idKey]);
    index.check(row);
    index.add(row);
    rows.set(id, row as T & Row);
    sorted = undefined;
    return copyObject(row as T & Row);
  }

  function stored(object: T): T & Row {
    const row = rows.get(String(object[idKey]));
    if (row === undefined || areApart(row, object as Row, softDelete)) throw new NotFound();
    return row;
  }

  const idOf = (row: object): string => String((row as Row)[idKey]);

  /** All of them or none: also where a schema took its time. What is in the place of nothing is new. */
  function replace(old: readonly (T & Row)[], next: readonly Row[]): void {
    if (old.some(row => stored(row) !== row)) throw changedSince(name);
    const kept = new Set(next.map(idOf));
    const gone = new Set(old.map(idOf));
    if (next.some(row => !gone.has(idOf(row)) && rows.has(idOf(row)))) throw duplicate([idKey]);
    index.replace(old, next);
    for (const id of gone) if (!kept.has(id)) rows.delete(id);
    for (const row of next) rows.set(idOf(row), row as T & Row);
    sorted = undefined;
  }

  function removeRows(gone: readonly Row[]): number {
    for (const row of gone) {
      index.remove(row);
      rows.delete(String(row[idKey]));
    }
    sorted = undefined;
    return gone.length;
  }

  const keeper = keeping?.keeper(knownFields());
  const writes: SetWrites = {
    version,
    schema,
    update: updateAll,
    delete: async condition => removeRows(matching(condition)),
  };
  const model: AdmittingModel<T> = {
    name,
    idKey,
    ...(schema && { schema }),
    ...relationsOf("memoryModel", options.relations, { schema, fields: given && knownFields() }),
    get fields() {
      return knownFields();
    },
    objects: arrayQueryset<T>({
      name,
      idKey,
      get fields() {
        return knownFields();
      },
      sorted() {
        sorted ??= [...rows.values()].sort((a, b) => compareValues(a[idKey], b[idKey]));
        return sorted;
      },
      find: id => rows.get(String(id)),
      copy: copyObject,
      writes: keeper ? keeper.writes(writes) : writes,
    }),
    create,
    update,
    async delete(object) {
      const row = stored(object);
      if (!sameState(object as Row, row, version)) throw changedSince(name);
      removeRows([row]);
    },
    together,
  };

  /** Rows are put in the place of others, never changed: what differs is what was written. */
  async function together<R>(run: (model: Model<T>) => Promise<R>): Promise<R> {
    const before = new Map(rows);
    const after = new Map(rows);
    const result = await run(modelOn(options, after, ids));
    const differing = (of: typeof rows, from: typeof rows): (T & Row)[] =>
      [...of].filter(([id, row]) => from.get(id) !== row).map(([, row]) => row);
    replace(differing(before, after), differing(after, before));
    return result;
  }

  async function create(data: Partial<T>, admit?: Admit): Promise<T> {
    const row: Row = copyObject(data as Row);
    if (row[idKey] === undefined || row[idKey] === null) row[idKey] = nextId(knownIdKind(), rows, ids);
    else checkId(row[idKey], idKey);
    if (version !== undefined) row[version] = 1;
    const ready = checked(row);
    const made = ready === row ? row : (copyObject(isThenable(ready) ? await ready : ready) as Row);
    admit?.(made, true);
    return insert(made);
  }

  function update(object: T, changes: Partial<T>, admit?: Admit): Promise<T> {
    return change(object, changes, false, admit);
  }

  async function change(object: T, changes: object, isMark: boolean, admit?: Admit): Promise<T> {
    const old = stored(object);
    if (!sameState(object as Row, old, version)) throw changedSince(name);
    const ready = changed(old, changes, isMark);
    const next = isThenable(ready) ? await ready : ready;
    admit?.(next, true);
    replace([old], [next]);
    return copyObject(next as T & Row);
  }

  /** What a row becomes; a promise only when the schema is asynchronous. */
  function changed(old: Row, changes: object, isMark: boolean): Row | Promise<Row> {
    const next = applyChanges(old, changes as Row, guard);
    return mapMaybePromise(isMark ? next : checked(next), copyObject);
  }

  function matching(condition: ConditionTree | undefined): (T & Row)[] {
    const all = [...rows.values()];
    return condition === undefined ? all : all.filter(row => matches(condition, row));
  }

  async function updateAll(
    condition: ConditionTree | undefined,
    changes: Row,
    isMark = false,
  ): Promise<number> {
    const old = matching(condition);
    const next = old.map(row => changed(row, changes, isMark));
    replace(old, next.some(isThenable) ? await Promise.all(next) : (next as Row[]));
    return old.length;
  }

  function knownIdKind(): FieldKind {
    return (schema || given ? knownFields()?.[idKey] : undefined) ?? "text";
  }

  for (const object of seeds) insert(copyObject(object) as Row);
  const mark: Mark = (object, changes) => change(object as T, changes, true);
  keeper?.model(model as unknown as AdmittingModel<Row>, mark);
  return noteTogether(admitting(relatingModel(model), version)) as FullModel<T>;
}
