import { BadRequest } from "../../src/core/errors.ts";
import { defineMiddleware, type HookRequest, type Middleware } from "../../src/core/middleware.ts";
import { isObject } from "../../src/core/objects.ts";
import { withoutStack } from "../../src/core/withoutStack.ts";
import { readFields } from "../../src/models/fields/jsonFields.ts";
import { sameValue } from "../../src/models/fields/values.ts";
import { relationTag } from "../../src/models/relations/tag.ts";
import type { TaggedRelation } from "../../src/models/relations/types.ts";
import type { Model } from "../../src/models/types.ts";
import type { Request } from "./within.ts";

type Fields = Record<string, unknown>;

/** The relations whose keys a client may set; what is not settable was not sent by anybody. */
function settableRelations<T>(model: Model<T>, keys: readonly string[]): TaggedRelation[] {
  const all = Object.values(model.relations ?? {}) as TaggedRelation[];
  return all.filter(relation => relation.kind === "one" && relation.keys.some(key => keys.includes(key)));
}

const names = ({ keys }: TaggedRelation, body: Fields, object: Fields): boolean =>
  keys.some(key => Object.hasOwn(body, key) && !sameValue(body[key], object[key]));

/** Those that the database does not refuse itself. */
async function unanswered<T>(
  model: Model<T>,
  relations: readonly TaggedRelation[],
): Promise<TaggedRelation[]> {
  const answers = await Promise.all(relations.map(relation => relation[relationTag].isAnswered(model)));
  return relations.filter((_relation, at) => !answers[at]);
}

/**
 * Refuses a body whose keys refer to what is not there, on every engine alike: by one look-up for each relation of which the body
 * names a key. What an object refers to already is not asked for again, and nothing is that a foreign key answers.
 *
 * @param keys what a client may set
 */
export function checkReferencesWith<T>(model: Model<T>, keys: readonly string[]): readonly Middleware[] {
  const relations = settableRelations(model, keys);
  if (relations.length === 0) return [];

  async function checkReferencesBefore({ event, context }: HookRequest): Promise<void> {
    const { object = {} } = context as { object?: Fields };
    const body = readFields(model, (event as { body: unknown }).body, object);
    if (!isObject(body)) return;
    const asked = await unanswered(
      model,
      relations.filter(relation => names(relation, body, object)),
    );
    const rows = [{ ...object, ...body }];
    const found = await Promise.all(
      asked.map(relation => relation[relationTag].dangling(rows, { event, context })),
    );
    const field = asked[found.findIndex(([dangles]) => dangles)]?.keys.at(-1);
    if (field === undefined) return;
    throw withoutStack(() => new BadRequest(`${field} refers to what is not there`, { field }));
  }
  return [
    defineMiddleware({
      name: "checkReferences",
      needs: ["event.body"],
      openapi: () => ({ errors: [400] }),
      before: checkReferencesBefore,
    }),
  ];
}

/**
 * Looks up what the items of a list refer to, all at once, so that {@link checkReferencesWith} finds each there already. What is
 * not found is asked for again when it is the item's turn: an item before it may have made it.
 */
export async function lookUpReferences<T>(
  model: Model<T>,
  keys: readonly string[],
  items: readonly unknown[],
  request: Request,
): Promise<void> {
  const rows = items.filter(isObject);
  const relations = await unanswered(model, settableRelations(model, keys));
  await Promise.all(relations.map(relation => relation[relationTag].dangling(rows, request)));
}
