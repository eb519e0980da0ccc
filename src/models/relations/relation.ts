import { checkArgument, isKind } from "../../core/options.ts";
import { fieldsOfModel } from "../fields/fields.ts";
import { asQueryset } from "../query/asQueryset.ts";
import type { AnyScope } from "../query/scope.ts";
import type { Model, RelatedModel, Relation } from "../types.ts";
import { bindSerializer, showBy } from "./bind.ts";
import { fieldAt } from "./fieldAt.ts";
import { checkWish, type ForeignKeyWish, foreignKeyOf, type OnDelete, onDeletes } from "./foreignKey.ts";
import { relatedObjects } from "./read.ts";
import { danglingBy } from "./refer.ts";
import { relationTag } from "./tag.ts";
import { through } from "./through.ts";
import type { RelationParts, TaggedRelation } from "./types.ts";

/** What a relation is made of. */
export interface RelationDefinition<Kind extends Relation["kind"]> {
  kind: Kind;
  model: unknown;
  keys: unknown;
  references?: unknown;
  queryset?: unknown;
  orderBy?: unknown;
  onDelete?: unknown;
  foreignKey?: unknown;
}

const isModel = (value: unknown): value is RelatedModel => isKind(value, "model");

function namesOf(factory: string, name: string, value: unknown): readonly string[] {
  const names: unknown[] = typeof value === "string" ? [value] : Array.isArray(value) ? [...value] : [];
  const areNames = names.every(key => typeof key === "string" && key !== "");
  if (names.length === 0 || !areNames || new Set(names).size < names.length) {
    throw new TypeError(`${factory}: ${name} must be the name of a field, or a list of them`);
  }
  return Object.freeze(names as string[]);
}

function checkFields(factory: string, keys: readonly string[], model: RelatedModel): void {
  const fields = keys.length > 0 ? fieldsOfModel(model) : undefined;
  const wrong = fields && keys.find(key => !Object.hasOwn(fields, key));
  if (wrong !== undefined) throw new TypeError(`${factory}: "${wrong}" is not a field of ${model.name}`);
}

/** @throws TypeError on an `onDelete` that there is not, or of a foreign key that there is not */
function wishOf(onDelete: unknown, isOff: boolean): ForeignKeyWish {
  if (onDelete !== undefined && !onDeletes.includes(onDelete)) {
    throw new TypeError(`one: option "onDelete" must be one of ${onDeletes.join(", ")}`);
  }
  if (onDelete !== undefined && isOff) throw new TypeError('one: option "onDelete" needs a foreign key');
  return { onDelete: onDelete as OnDelete | undefined, isOff };
}

/** Names of relations stand in `?include=`, between dots and commas. */
const isName = (name: string): boolean => /^[^.,\s]+$/.test(name) && name !== "__proto__";

/**
 * What `one` and `many` have in common.
 *
 * @throws TypeError naming what is wrong
 */
export function makeRelation<Kind extends Relation["kind"]>({
  kind,
  model: given,
  keys: givenKeys,
  references: givenReferences,
  queryset,
  orderBy,
  onDelete,
  foreignKey,
}: RelationDefinition<Kind>): TaggedRelation & { readonly kind: Kind } {
  if (!isModel(given) && typeof given !== "function") {
    throw new TypeError(`${kind}: model must be a model, or a function that gives one`);
  }
  const keys = namesOf(kind, "keys", givenKeys);
  const references =
    givenReferences === undefined ? undefined : namesOf(kind, 'option "references"', givenReferences);
  if (references !== undefined && references.length !== keys.length) {
    throw new TypeError(`${kind}: option "references" must name a field for each key`);
  }
  const wish = wishOf(onDelete, foreignKey === false);
  const theirs = (kind === "many" ? keys : references) ?? [];
  let known: RelatedModel | undefined;
  function found(): RelatedModel {
    if (known !== undefined) return known;
    const model = isModel(given) ? given : (given as () => RelatedModel)();
    checkArgument(kind, "what the function gives", model ?? null, "model");
    checkFields(kind, theirs, model);
    known = model;
    return model;
  }
  if (isModel(given)) found();

  const relation = {
    kind,
    get model(): RelatedModel {
      return found();
    },
    keys,
    references,
  };
  const answers = new WeakMap<object, () => Promise<boolean>>();
  const parts: RelationParts = {
    bind: bindSerializer,
    show: showBy({
      relation,
      isKnown: known !== undefined,
      scope: queryset as AnyScope<unknown> | undefined,
      orderBy: orderBy === undefined ? [] : ([orderBy].flat() as string[]),
    }),
    through,
    fieldAt,
    async objects(name, request) {
      if (request !== undefined)
        return relatedObjects(found(), queryset as AnyScope<unknown> | undefined, request);
      if (queryset === undefined)
        return asQueryset((found() as unknown as Model<unknown>).objects, found() as never);
      throw new TypeError(
        `relation "${name}" has a queryset, which is asked for a request: filter the queryset of one, or by its keys`,
      );
    },
    dangling: danglingBy(relation, queryset as AnyScope<unknown> | undefined),
    answersBy: (model, answer) => {
      answers.set(model, answer);
    },
    async isAnswered(model) {
      // What a database takes for there may be out of a request's reach, or deleted.
      if (queryset !== undefined || found().softDelete !== undefined) return false;
      return (await answers.get(model)?.()) ?? false;
    },
    foreignKey: (name, owner, tableOf) =>
      kind === "one" ? foreignKeyOf(name, relation, wish, owner, tableOf) : undefined,
    check(factory, name, fields, holder) {
      if (!isName(name)) throw new TypeError(`${factory}: a relation can't be named "${name}"`);
      const isKey = kind === "one" && keys.includes(name);
      if (fields !== undefined && Object.hasOwn(fields, name) && !isKey) {
        throw new TypeError(`${factory}: relation "${name}" is called as a field that is not its key`);
      }
      const own = (kind === "one" ? keys : references) ?? [];
      const wrong = fields && own.find(key => !Object.hasOwn(fields, key));
      if (wrong !== undefined) {
        throw new TypeError(`${factory}: relation "${name}" names "${wrong}", which is not a field`);
      }
      checkWish(factory, name, keys, wish, holder?.owner);
      if (known && holder) parts.foreignKey(name, holder.owner, holder.tableOf);
    },
  };
  return Object.defineProperty(relation, relationTag, { value: parts }) as typeof relation & TaggedRelation;
}
