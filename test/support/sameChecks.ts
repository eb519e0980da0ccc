import { isDeepStrictEqual } from "node:util";
import { compile as compileNow } from "../../src/schema/compileNow.ts";
import { type Compiled, makeJsonSchema } from "../../src/schema/jsonSchemaObject.ts";
import { checkOutgoing, checkSchema, checkText } from "../../src/schema/standard.ts";
import { compiledAhead, type Wanted } from "./compiledAhead.ts";

/** A schema with what is reported of its compiling, and the values to check by it. */
export type Compared = readonly [...Wanted, values: readonly unknown[]];

/** What the two say where they do not say the same. */
export interface Difference {
  schema: unknown;
  value: unknown;
  now: unknown;
  ahead: unknown;
}

/** All that can be seen of a compiled schema with one value: what each way of checking gives, and Ajv's own errors. */
function seen(
  [schema, removeAdditional]: Wanted,
  { validator, hasDefaults }: Compiled,
): (value: unknown) => unknown[] {
  const mutates = hasDefaults || removeAdditional !== false;
  const made = makeJsonSchema(schema, validator, { mutates, coerce: false });
  const coercing = makeJsonSchema(schema, validator, { mutates, coerce: true });
  return value => [
    hasDefaults,
    checkSchema(made, value),
    validator.errors ?? null,
    checkSchema(made, value, checkText),
    checkSchema(made, value, checkOutgoing),
    checkSchema(coercing, value),
  ];
}

/** Compiles schemas ahead, as a build does, and at run time, and checks each of the values in every way by both. */
export async function differences(all: readonly Compared[]): Promise<Difference[]> {
  const compile = await compiledAhead(all.map(([schema, removeAdditional]) => [schema, removeAdditional]));
  return all.flatMap(([schema, removeAdditional, values]) => {
    const wanted: Wanted = [schema, removeAdditional];
    const now = seen(wanted, compileNow(...wanted));
    const ahead = seen(wanted, compile(...wanted));
    return values
      .map(value => ({ schema, value, now: now(value), ahead: ahead(value) }))
      .filter(each => !isDeepStrictEqual(each.now, each.ahead));
  });
}
