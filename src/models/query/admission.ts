import { NotFound } from "../../core/errors.ts";
import type { Row } from "../../core/types.ts";
import type { Model } from "../types.ts";
import { matches } from "./matches.ts";
import { questionOf } from "./questions.ts";
import type { ConditionTree } from "./where.ts";

/**
 * Asks whether an object may be stored. A model calls it with the row that it is about to write, `isWhole` where no field is
 * yet to be made by the database.
 *
 * @returns whether the row is enough to judge; where it is not, the model has to ask again with what it wrote, before that is kept
 * @throws NotFound when it may not
 */
export type Admit = (row: Row, isWhole: boolean) => boolean;

/** A model whose writes ask before they write. */
export interface AdmittingModel<T> extends Model<T> {
  create(data: Partial<T>, admit?: Admit): Promise<T>;
  update(object: T, changes: Partial<T>, admit?: Admit): Promise<T>;
}

interface Writes {
  create(data: never): Promise<unknown>;
  update(object: never, changes: never): Promise<unknown>;
}

const writes: WeakMap<object, (...args: never[]) => Promise<unknown>> = /* @__PURE__ */ new WeakMap();
const versions: WeakMap<object, string> = /* @__PURE__ */ new WeakMap();

/**
 * Gives a model writes that ask nobody, and notes those that do. It goes by the functions: where somebody puts another in
 * their place, that one counts.
 *
 * @param version the field that counts the updates, where there is one: nobody sets it
 */
export function admitting<T>(model: AdmittingModel<T>, version: string | undefined): Model<T> {
  const { create, update } = model;
  model.restore ??= async () => {
    throw noSoftDelete(model.name);
  };
  model.create = data => create(data);
  model.update = (object, changes) => update(object, changes);
  writes.set(model.create, create);
  writes.set(model.update, update);
  if (version !== undefined) versions.set(model.update, version);
  return model;
}

/** What is thrown where somebody asks for what is deleted, and nothing is marked so. */
export function noSoftDelete(name: string): TypeError {
  return new TypeError(`${name} has no "softDelete": what is deleted is gone`);
}

/** The write of a model that asks first; `undefined` when it has none. */
export function admittingCreate<T>(
  model: Model<T>,
): ((data: Partial<T>, admit: Admit) => Promise<T>) | undefined {
  return writes.get(model.create) as never;
}

/** The change of a model that asks first; `undefined` when it has none. */
export function admittingUpdate<T>(
  model: Model<T>,
): ((object: T, changes: Partial<T>, admit: Admit) => Promise<T>) | undefined {
  return writes.get(model.update) as never;
}

/** The field of a model that counts the updates, as far as it is known. */
export const versionOf = (model: Partial<Pick<Writes, "update">>): string | undefined =>
  model.update && versions.get(model.update);

/** Makes an {@link Admit} of what says whether an object would be among others. */
export function admitBy(admits: (row: Row, isWhole: boolean) => boolean | undefined): Admit {
  return function admit(row, isWhole) {
    const admitted = admits(row, isWhole);
    if (admitted === false) throw new NotFound();
    return admitted === true;
  };
}

/**
 * Whether an object fulfils a condition, as far as it is known.
 *
 * @param isWhole whether a field that is absent is null; else it is yet to be known
 * @returns `undefined` when it depends on what is yet to be known
 */
export function wouldMatch(tree: ConditionTree | undefined, row: Row, isWhole: boolean): boolean | undefined {
  if (tree === undefined) return true;
  const isKnown = (field: string): boolean => isWhole || row[field] !== undefined;
  const of = (node: ConditionTree): boolean | undefined => wouldMatch(node, row, isWhole);
  // What a statement selects is not known here.
  if (questionOf(tree)?.within !== undefined) return undefined;
  switch (tree.op) {
    case "and":
      return allOf(tree.nodes.map(of));
    case "or":
      return negated(allOf(tree.nodes.map(node => negated(of(node)))));
    case "not":
      return negated(of(tree.node));
    case "search":
      return matches(tree, row) || (tree.fields.every(isKnown) ? false : undefined);
    default:
      return isKnown(tree.field) ? matches(tree, row) : undefined;
  }
}

const negated = (verdict: boolean | undefined): boolean | undefined =>
  verdict === undefined ? undefined : !verdict;

function allOf(verdicts: readonly (boolean | undefined)[]): boolean | undefined {
  if (verdicts.includes(false)) return false;
  return verdicts.includes(undefined) ? undefined : true;
}
