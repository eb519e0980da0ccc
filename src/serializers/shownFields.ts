import { fieldsOfSchema } from "../models/fields/fields.ts";
import { isStandardSchema } from "../schema/standard.ts";
import { formOf } from "./shownKeys.ts";

/**
 * Whether a field of the object goes out as it is stored, or one of what is related to it, where the name is a path: `author.name`;
 * `undefined` where that is not known.
 */
export type Shows = (field: string, isPath?: boolean) => boolean | undefined;

/**
 * Says which fields of an object a serializer lets out as they are stored. What a function makes of an object is not known. A
 * field that one computes is not shown, since it may be a part of the field of the same name.
 *
 * @param serializer any kind; `undefined` where the object itself goes out, which shows all
 */
export function shownFields(serializer: unknown): Shows {
  const shows = ownFields(serializer);
  return (field, isPath = false) => (isPath ? isShownAt(serializer, field) : shows(field));
}

/** What is related goes out only where `fields` names the relation with a serializer of its own. */
function isShownAt(serializer: unknown, path: string): boolean | undefined {
  const at = path.indexOf(".");
  if (at < 0) return ownFields(serializer)(path);
  const form = formOf(serializer);
  if (form === undefined) return undefined;
  if ("listOf" in form) return isShownAt(form.listOf, path);
  const name = path.slice(0, at);
  const source = "fields" in form && Object.hasOwn(form.fields, name) ? form.fields[name] : undefined;
  const isNested = isStandardSchema(source) || formOf(source) !== undefined;
  return isNested ? isShownAt(source, path.slice(at + 1)) : undefined;
}

function ownFields(serializer: unknown): (field: string) => boolean | undefined {
  if (serializer === undefined) return () => true;
  if (isStandardSchema(serializer)) {
    // What a schema computes has no kind.
    return field => {
      const fields = fieldsOfSchema(serializer);
      return fields && Object.hasOwn(fields, field) && fields[field]?.kind !== undefined;
    };
  }
  const form = formOf(serializer);
  if (form === undefined) return () => undefined;
  if ("pick" in form) return field => form.pick.includes(field);
  if ("omit" in form) return field => !form.omit.includes(field);
  if ("listOf" in form) return ownFields(form.listOf);
  const sources = Object.entries(form.fields).map(([name, source]) => (source === true ? name : source));
  return field => sources.includes(field);
}
