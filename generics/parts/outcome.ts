import { isDeepStrictEqual } from "node:util";
import { mapMaybePromise } from "../../src/core/maybePromise.ts";
import { isObject } from "../../src/core/objects.ts";
import type { Check, Settable } from "./body.ts";
import { type Patched, settle } from "./patches.ts";

type Fields = Record<string, unknown>;

function without(fields: Fields, names: ReadonlySet<string>): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.has(name)));
}

const topOf = (field: string): string => field.split(".", 1)[0] as string;

/**
 * Checks what a whole object must satisfy on the outcome of a patch. A stored value that the schema refuses in the form of
 * JSON, whatever the patch is, such as a null where it wants nothing or what it makes of a text, is not a fault of the client's:
 * where the client did not name it, it is left out.
 */
export function checkWhole({ keep, check }: Settable, { before, after, named }: Patched): Check {
  return mapMaybePromise(check(keep(after)), result => {
    const unnamed = new Set(Object.keys(before).filter(name => !named.includes(name)));
    const isSuspect = result.errors?.some(({ field }) => unnamed.has(topOf(field)));
    if (!isSuspect) return result;
    return mapMaybePromise(check(keep(before)), ({ errors = [] }) => {
      const unfit = new Set(errors.map(({ field }) => topOf(field)).filter(name => unnamed.has(name)));
      return unfit.size === 0 ? result : check(keep(without(after, unfit)));
    });
  }) as Check;
}

/**
 * What the patch comes to in keys that the schema does not take: those that it makes of others, where there is a difference,
 * and those that are listed and gone, where it lets them through.
 */
function besides(
  { check, keep, declares, keys }: Settable,
  { before, after, named }: Patched,
  output: Fields,
): Fields | Promise<Fields> {
  const made = without(output, new Set([...keys, ...Object.keys(after)]));
  const gone = named.filter(name => !Object.hasOwn(after, name) && !declares(name));
  if (Object.keys(made).length === 0 && gone.length === 0) return made;
  return mapMaybePromise(check(keep(before)), ({ value }) => {
    if (!isObject(value)) return made;
    const same = Object.keys(made).filter(name => isDeepStrictEqual(made[name], value[name]));
    const nulls = gone.filter(name => Object.hasOwn(value, name)).map(name => [name, null]);
    return { ...without(made, new Set(same)), ...Object.fromEntries(nulls) };
  }) as Fields | Promise<Fields>;
}

/** The changes that a patch comes to: null where it takes a value away. */
function changesOf(
  { declares }: Settable,
  { before, after, named, origins }: Patched,
  output: Fields,
): Fields {
  const changes: Fields = {};
  for (const name of named) {
    if (!Object.hasOwn(after, name)) {
      if (declares(name)) changes[name] = null;
    } else if (Object.hasOwn(output, name)) {
      changes[name] = settle(before[name], after[name], output[name], origins);
    }
  }
  return changes;
}

/**
 * What is changed by a patch: null where it takes a value away. What the schema fills in is not a change.
 *
 * @param output what the schema made of the outcome
 */
export function changesBy(settable: Settable, patched: Patched, output: Fields): Fields | Promise<Fields> {
  return mapMaybePromise(besides(settable, patched, output), more => ({
    ...more,
    ...changesOf(settable, patched, output),
  })) as Fields | Promise<Fields>;
}
