import { allMaybePromise } from "../../core/maybePromise.ts";
import { isStandardSchema } from "../../schema/standard.ts";
import { fieldsOfModel } from "../fields/fields.ts";
import type { AnyScope } from "../query/scope.ts";
import type { RelatedModel, Relation } from "../types.ts";
import { type Related, type Request, relatedReader } from "./read.ts";
import { formOf, namesRead, type Serialize, type ToSerialize } from "./serializers.ts";
import { relationTag } from "./tag.ts";
import type { TaggedRelation } from "./types.ts";

/** What a relation is to a serializer. */
export interface Shown {
  relation: Relation;
  /** Whether its model is there when it is made. */
  isKnown: boolean;
  scope: AnyScope<unknown> | undefined;
  orderBy: readonly string[];
}

/** Makes what shows a relation of an object. */
export type Show = (
  name: string,
  source: unknown,
  owner: RelatedModel,
  toSerialize: ToSerialize,
) => Serialize;

function refuse(name: string, reason: string): never {
  throw new TypeError(`fields: "${name}" ${reason}`);
}

/** How one or many related objects are serialized, and how many at most. */
function formOfSource({ relation }: Shown, name: string, source: unknown): { item: unknown; limit: number } {
  const form = formOf(source);
  const list = form !== undefined && "listOf" in form ? form : undefined;
  if (relation.kind === "one") {
    if (list !== undefined) refuse(name, "is related to one object: it takes no listOf()");
    return { item: source, limit: 1 };
  }
  if (list === undefined) refuse(name, "is related to many objects: say by listOf() how many are shown");
  return { item: list.listOf, limit: list.limit };
}

/** A serializer names fields that there are, where the model knows them. */
function checkNames(name: string, model: RelatedModel, serializer: unknown): void {
  const fields = fieldsOfModel(model);
  const names = fields === undefined ? [] : namesRead(serializer, model.relations ?? {});
  const wrong = names.find(each => !Object.hasOwn(fields ?? {}, each));
  if (wrong === undefined) return;
  const known = Object.keys(fields ?? {}).join(", ");
  refuse(name, `shows "${wrong}", which is not a field of ${model.name}; it has ${known}`);
}

/** Makes what shows a relation by a serializer of the related objects. */
export function showBy(shown: Shown): Show {
  return function show(name, source, owner, toSerialize) {
    const { relation, isKnown, scope, orderBy } = shown;
    const { item, limit } = formOfSource(shown, name, source);
    let made: { related: Related; serialize: Serialize } | undefined;

    function bound(): { related: Related; serialize: Serialize } {
      if (made !== undefined) return made;
      const { model } = relation;
      checkNames(name, model, item);
      made = {
        related: relatedReader({ relation, scope, orderBy, limit, owner }),
        serialize: toSerialize(item, model),
      };
      return made;
    }
    if (isKnown) bound();

    function serializeOne([object]: readonly unknown[], request: unknown): unknown {
      return object === undefined ? null : bound().serialize(object, request);
    }
    function serializeMany(objects: readonly unknown[], request: unknown): unknown {
      const { serialize } = bound();
      return allMaybePromise(objects.length, index => serialize(objects[index], request));
    }
    const isOne = relation.kind === "one";
    const serializeFound = isOne ? serializeOne : serializeMany;
    return function serializeRelated(object, request) {
      const found = bound().related(object as Record<string, unknown>, request as Request);
      if (found === undefined) return isOne ? null : [];
      return found.then(objects => serializeFound(objects, request));
    };
  };
}

/** Whether a field is made by a serializer of another object. */
const isNested = (source: unknown): boolean => isStandardSchema(source) || formOf(source) !== undefined;

/**
 * Has a serializer read what it shows of a model's relations: where `fields` has a serializer under the name of one.
 *
 * @returns the serializer itself where it shows none
 * @throws TypeError naming a field that can't be shown so
 */
export function bindSerializer(
  serializer: Serialize,
  model: RelatedModel,
  toSerialize: ToSerialize,
): Serialize {
  const form = formOf(serializer);
  if (form === undefined || !("fields" in form)) return serializer;
  const { relations = {} } = model;
  const shown = Object.entries(form.fields).flatMap(([name, source]): [string, Serialize][] => {
    const relation = Object.hasOwn(relations, name) ? (relations[name] as TaggedRelation) : undefined;
    return relation && isNested(source)
      ? [[name, relation[relationTag].show(name, source, model, toSerialize)]]
      : [];
  });
  return shown.length > 0 ? form.rebuild(Object.fromEntries(shown)) : serializer;
}
