import { isObject } from "../core/objects.ts";
import { fieldsOfModel } from "../models/fields/fields.ts";
import type { Model } from "../models/types.ts";
import { isStandardSchema } from "../schema/standard.ts";
import { formOf } from "./shownKeys.ts";

type Described = Pick<Model<unknown>, "name" | "schema" | "fields" | "relations">;

/** The fields of which a serializer of ours reads the values. */
function readBy(serializer: unknown, relations: object): readonly string[] {
  const form = formOf(serializer);
  if (form === undefined) return [];
  if ("pick" in form) return form.pick;
  if ("omit" in form) return form.omit;
  if ("listOf" in form) return namesIn(form.listOf, relations);
  return Object.entries(form.fields).flatMap(([name, source]) => {
    if (typeof source === "string") return [source];
    // A function computes; `true` and a nested serializer are about the field of this name, or the latter about a relation.
    const isNested = source !== true && Object.hasOwn(relations, name);
    return isNested || (typeof source === "function" && formOf(source) === undefined) ? [] : [name];
  });
}

function namesIn(value: unknown, relations: object): readonly string[] {
  if (value === undefined) return [];
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value as string[];
  if (typeof value === "function") return readBy(value, relations);
  return isObject(value) && !isStandardSchema(value) ? Object.keys(value) : [];
}

/**
 * Checks that the options of a factory name fields that there are. A model that does not know its fields may have any.
 *
 * @param factory who takes the options, for the message
 * @param options a name, a list of names, an object by names, or a serializer, by the option that it is
 * @throws TypeError naming the option and the field
 */
export function checkNamedFields(
  factory: string,
  model: Described,
  options: Readonly<Record<string, unknown>>,
): void {
  const named = Object.entries(options).flatMap(([option, value]) =>
    namesIn(value, model.relations ?? {}).map(name => ({ option, name })),
  );
  const fields = named.length > 0 ? fieldsOfModel(model) : undefined;
  const wrong = fields && named.find(({ name }) => !Object.hasOwn(fields, name));
  if (wrong === undefined) return;
  throw new TypeError(
    `${factory}: option "${wrong.option}" names "${wrong.name}", which is not a field of ${model.name}; it has ${Object.keys(fields as object).join(", ")}`,
  );
}
