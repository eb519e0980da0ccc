import { fieldsOfModel } from "../fields/fields.ts";
import type { PathField } from "../query/relating.ts";
import type { RelatedModel } from "../types.ts";
import { callParameter } from "./answer.ts";
import { mostRelations, pathOf, relationNamed } from "./paths.ts";

/**
 * Finds the field of a related object that the option `filters` names.
 *
 * @returns `undefined` where the name is that of a field
 * @throws TypeError naming the path, and what of it there is not
 */
export function fieldAt(factory: string, name: string, owner: RelatedModel): PathField | undefined {
  const refuse = (reason: string): never => {
    throw new TypeError(`${factory}: option "filters" names "${name}", ${reason}`);
  };
  let model = owner;
  let rest = name;
  let length = 0;
  for (let path = pathOf(rest, model); path !== undefined; path = pathOf(rest, model)) {
    const { relations = {} } = model;
    const relation = relationNamed(model, path.relation);
    if (relation === undefined) {
      const known = Object.keys(relations).join(", ") || "none";
      return refuse(`and "${path.relation}" is not a relation of ${model.name}; it has ${known}`);
    }
    length++;
    if (length > mostRelations) return refuse(`which leads through more than ${mostRelations} relations`);
    model = relation.model;
    rest = path.rest;
  }
  if (length === 0) return undefined;
  const fields = fieldsOfModel(model);
  if (fields === undefined ? rest === "*" : !Object.hasOwn(fields, rest)) {
    const known = Object.keys(fields ?? {}).join(", ");
    return refuse(`and "${rest}" is not a field of ${model.name}; it has ${known}`);
  }
  const whole = `${name.slice(0, name.length - rest.length)}*`;
  return {
    model,
    name: rest,
    condition(inner, parameter) {
      callParameter(inner, parameter);
      return { [whole]: inner };
    },
  };
}
