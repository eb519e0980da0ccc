import { BadRequest } from "../../core/errors.ts";

/** The error that names a parameter of the query string. */
export function refuseParameter(message: string, name: string): BadRequest {
  const field = name.length > 100 ? `${name.slice(0, 100)}…` : name;
  return new BadRequest(`${message}: ${field}`, { field });
}

/**
 * Reads a parameter that means one value: of two, nobody knows which was meant.
 *
 * @param name what it is called
 * @param values all that was sent under that name
 * @throws BadRequest naming the parameter when it was sent more than once
 */
export function singleValue(name: string, values: readonly string[]): string {
  const [value, ...more] = values;
  if (value === undefined || more.length > 0) throw refuseParameter("Parameter given more than once", name);
  return value;
}
