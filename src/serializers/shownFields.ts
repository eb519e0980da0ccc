import { fieldsOfSchema } from "../models/fields/fields.ts";
import { isStandardSchema } from "../schema/standard.ts";
import { formOf } from "./shownKeys.ts";

/** Whether a field of the object goes out as it is stored; `undefined` where that is not known. */
export type Shows = (field: string) => boolean | undefined;

/**
 * Says which fields of an object a serializer lets out as they are stored. What a function makes of an object is not known. A
 * field that one computes is not shown, since it may be a part of the field of the same name.
 *
 * @param serializer any kind; `undefined` where the object itself goes out, which shows all
 */
export function shownFields(serializer: unknown): Shows {
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
  if ("listOf" in form) return shownFields(form.listOf);
  const sources = Object.entries(form.fields).map(([name, source]) => (source === true ? name : source));
  return field => sources.includes(field);
}
