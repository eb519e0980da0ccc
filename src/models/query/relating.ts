import type { RelatedModel } from "../types.ts";

/** The model of a queryset's objects, as far as relations go. */
type Relating = Pick<RelatedModel, "name" | "idKey" | "schema" | "fields" | "relations">;

/** Where relations, and the querysets that ask by them, have their parts: they are read by name, so that who has none bundles none. */
const tag = /* @__PURE__ */ Symbol.for("tsverless.relation");

/** A field of what is related, which a filter may be about. */
export interface PathField {
  /** The model that has the field. */
  readonly model: Relating;
  /** The field's name there. */
  readonly name: string;
  /**
   * The condition that something related meets another one.
   *
   * @param parameter what messages about it name
   */
  condition(inner: Record<string, unknown>, parameter: string): Record<string, unknown>;
}

interface Parts {
  through(objects: unknown, model: Relating): unknown;
  fieldAt(factory: string, path: string, model: Relating): PathField | undefined;
}

/** The model of what has relations, without what would be read too early. */
function ownerOf(model: Relating): Relating {
  return {
    name: model.name,
    idKey: model.idKey,
    get schema() {
      return model.schema;
    },
    get fields() {
      return model.fields;
    },
    relations: model.relations,
  };
}

/** Gives a queryset filters through the relations of its model, where that has any. */
export function relating<Q extends object>(objects: Q, model: Relating): Q {
  const [first] = Object.values(model.relations ?? {}) as unknown as { [tag]: Parts }[];
  if (first === undefined || tag in objects) return objects;
  return first[tag].through(objects, ownerOf(model)) as Q;
}

/** Gives the objects of a model filters through its relations, where it has any. */
export function relatingModel<M extends Relating & { readonly objects: object }>(model: M): M {
  return Object.assign(model, { objects: relating(model.objects, model) });
}

/**
 * The fields of related objects that an option names by paths: `author.name`.
 *
 * @param factory who takes the option `filters`, for messages
 * @returns them by path; none for what is not one, or a model without relations
 * @throws TypeError naming the path that leads nowhere
 */
export function pathFields(
  factory: string,
  model: Relating,
  names: readonly string[],
): ReadonlyMap<string, PathField> {
  const [first] = Object.values(model.relations ?? {}) as unknown as { [tag]: Parts }[];
  const found = new Map<string, PathField>();
  for (const name of first === undefined ? [] : names) {
    const field = first?.[tag].fieldAt(factory, name, model);
    if (field !== undefined) found.set(name, field);
  }
  return found;
}

/**
 * Has what a queryset asks through relations see what a request may see.
 *
 * @param request the event and the context that the relations' own querysets are given
 */
export function boundTo<Q extends object>(objects: Q, request: { event: unknown; context: unknown }): Q {
  const bindable = objects as Q & { [tag]?(request: unknown): Q };
  return bindable[tag]?.(request) ?? objects;
}
