import { fieldsOfSchema } from "../models/fields/fields.ts";
import { isStandardSchema } from "../schema/standard.ts";
import { formOf } from "./shownKeys.ts";

/**
 * The names that go out, in the order of the serializer; `undefined` where only its output shows them.
 *
 * @param serializer any kind
 * @param kinds the fields of the model, where it knows them: what `omit` leaves is some of these
 */
export function shownNames(
  serializer: unknown,
  kinds: Readonly<Record<string, unknown>> | undefined,
): readonly string[] | undefined {
  if (isStandardSchema(serializer)) {
    const fields = fieldsOfSchema(serializer);
    return fields && Object.keys(fields);
  }
  const form = formOf(serializer);
  if (form === undefined) return undefined;
  if ("pick" in form) return form.pick;
  if ("omit" in form) return kinds && Object.keys(kinds).filter(name => !form.omit.includes(name));
  return "listOf" in form ? shownNames(form.listOf, kinds) : Object.keys(form.fields);
}
