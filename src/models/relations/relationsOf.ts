import { fieldsOfModel } from "../fields/fields.ts";
import type { Relations } from "../types.ts";
import type { KeyHolder } from "./foreignKey.ts";
import { relationTag } from "./tag.ts";
import type { TaggedRelation } from "./types.ts";

/**
 * Checks the relations of a model.
 *
 * @param factory who takes them, for messages
 * @param given what `one` and `many` gave, by name
 * @param model whose fields they use
 * @param keys its table, where that holds foreign keys
 * @returns them; nothing where there are none
 * @throws TypeError naming the relation
 */
export function relationsOf(
  factory: string,
  given: object | undefined,
  model: Parameters<typeof fieldsOfModel>[0],
  keys?: KeyHolder,
): { relations?: Relations } {
  if (given === undefined) return {};
  const relations = Object.entries(given as Relations);
  for (const [name, relation] of relations) {
    const parts = (relation as TaggedRelation | undefined)?.[relationTag];
    if (parts === undefined) {
      throw new TypeError(`${factory}: relation "${name}" must be what one() or many() gives`);
    }
    parts.check(factory, name, fieldsOfModel(model), keys);
  }
  return { relations: Object.freeze(Object.fromEntries(relations)) };
}
