import { fieldsOfModel } from "../fields/fields.ts";
import { asQueryset } from "../query/asQueryset.ts";
import { type KeyedObjects, type KeyedRead, keyValues, loadBatched } from "../query/batches.ts";
import { boundTo } from "../query/relating.ts";
import { type AnyScope, boundsOf } from "../query/scope.ts";
import type { FullQueryset, Model, RelatedModel, Relation } from "../types.ts";

/** What one response asks of. */
export interface Request {
  event: unknown;
  context: unknown;
}

/** What is read of a relation, and how. */
export interface RelationReading {
  relation: Relation;
  scope: AnyScope<unknown> | undefined;
  orderBy: readonly string[];
  /** How many objects each one may be related to. */
  limit: number;
  /** The model that has the relation. */
  owner: Pick<RelatedModel, "idKey">;
}

/** Reads what is related to an object. */
export type Related = (
  object: Readonly<Record<string, unknown>>,
  request: Request,
) => Promise<unknown[]> | undefined;

/** The fields that keys refer to: of a list the last to the id, each other one to the field of its own name. */
const referencesOf = ({ keys, references }: Relation, idKey: string): readonly string[] =>
  references ?? [...keys.slice(0, -1), idKey];

/** The fields of an object, and those of what is related to it, that hold the same. */
export function keysOf(
  relation: Relation,
  owner: Pick<RelatedModel, "idKey">,
): { own: readonly string[]; theirs: readonly string[] } {
  return relation.kind === "one"
    ? { own: relation.keys, theirs: referencesOf(relation, relation.model.idKey) }
    : { own: referencesOf(relation, owner.idKey), theirs: relation.keys };
}

/** The objects that a relation may lead to for a request. */
export async function relatedObjects(
  model: RelatedModel,
  scope: AnyScope<unknown> | undefined,
  request: Request,
): Promise<FullQueryset<unknown>> {
  const whole = model as unknown as Model<unknown>;
  const bounds = scope === undefined ? whole.objects : await boundsOf(scope, request);
  return boundTo(asQueryset(bounds, whole), request);
}

/**
 * Makes what reads a relation: of all objects of one response at once.
 *
 * @returns gives `undefined` where an object refers to nothing
 */
export function relatedReader({ relation, scope, orderBy, limit, owner }: RelationReading): Related {
  const { model } = relation;
  const isOne = relation.kind === "one";
  const kinds = fieldsOfModel(model);
  const { own, theirs } = keysOf(relation, owner);
  const fields = theirs.map(name => ({ name, kind: kinds?.[name] }));
  const isById = isOne && fields.length === 1 && fields[0]?.name === model.idKey;
  // What others ask of the same objects by their ids is read with it.
  const which: object | undefined = isById ? scope : fields;

  async function objects(request: object): Promise<KeyedObjects> {
    const found = await relatedObjects(model, scope, request as Request);
    return (orderBy.length > 0 ? found.orderBy(...(orderBy as never[])) : found) as unknown as KeyedObjects;
  }

  const read: KeyedRead = { name: model.name, fields, objects, limit };
  const one = own.length === 1 ? own[0] : undefined;

  return function related(object, request) {
    const given = one === undefined ? own.map(name => object[name]) : [object[one]];
    const values = keyValues(read, given);
    return values && loadBatched(request, model, which, read, values);
  };
}
