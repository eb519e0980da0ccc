import { isDeepStrictEqual } from "node:util";
import { BadRequest } from "../../src/core/errors.ts";
import { isObject } from "../../src/core/objects.ts";
import { mediaTypeOf } from "../../src/http/contentType.ts";
import { readHeader } from "../../src/http/read.ts";
import { isPlainObject } from "../../src/models/fields/values.ts";
import { jsonPatch } from "../../src/patch/jsonPatch.ts";
import { mergePatch } from "../../src/patch/mergePatch.ts";

type Fields = Record<string, unknown>;

/** What came of the settable fields of an object. */
export interface Patched {
  /** The fields as they are, in the form of JSON. */
  before: Fields;
  /** The fields as they shall be. */
  after: Fields;
  /** The keys that the client named, or whose values are others now. */
  named: readonly string[];
  /** Of which object or list of `before` one of `after` was made; of what was sent whole there is none. */
  origins: WeakMap<object, object>;
}

/** What a patch is applied to, and by which rules. */
export interface PatchTarget {
  before: Fields;
  /** Leaves out what the client may not set, within a value too. */
  keep: <V>(value: V) => V;
  /** The keys that the client may set. */
  keys: readonly string[];
  /** For a JSON Patch: what the client sees of the object. */
  shown: Readonly<Fields>;
  isHidden: (field: string) => boolean;
  maxOperations: number | undefined;
}

/** Applies a body to an object. */
export type Patch = (target: PatchTarget, body: unknown) => Patched;

const differing = (before: Fields, after: Fields): string[] =>
  Object.keys({ ...before, ...after }).filter(
    name =>
      Object.hasOwn(before, name) !== Object.hasOwn(after, name) ||
      !isDeepStrictEqual(before[name], after[name]),
  );

function only(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(
    names.filter(name => Object.hasOwn(fields, name)).map(name => [name, fields[name]]),
  );
}

/** Plain JSON: each key that is sent gets the value that is sent, whole. */
export function setKeys({ before, keys, keep }: PatchTarget, body: unknown): Patched {
  if (!isObject(body)) throw new BadRequest("The body must be an object");
  const sent = keep(only(body, keys));
  return {
    before,
    after: { ...before, ...sent },
    named: Object.keys(sent),
    origins: new WeakMap(),
  };
}

function merge({ before, keys, keep }: PatchTarget, body: unknown): Patched {
  if (!isObject(body)) throw new BadRequest("Malformed patch: it must be an object");
  const origins = new WeakMap<object, object>();
  const after = mergePatch(before, keep(only(body, keys)), origins) as Fields;
  return { before, after, named: differing(before, after), origins };
}

function operate(
  { before, keys, keep, shown, isHidden, maxOperations }: PatchTarget,
  operations: unknown,
): Patched {
  const origins = new WeakMap<object, object>();
  const options = {
    shown: keep(only(shown, keys)),
    isHidden,
    origins,
    ...(maxOperations && { maxOperations }),
  };
  const after = jsonPatch(before, operations, keys, options);
  return { before, after, named: differing(before, after), origins };
}

/** The two formats of patches (RFC 7396, RFC 6902). */
export const mergeType = "application/merge-patch+json";
export const operationsType = "application/json-patch+json";
const patches: Readonly<Record<string, Patch>> = { [mergeType]: merge, [operationsType]: operate };

/** How a body of this content type is applied; `undefined` for plain JSON. */
export function patchOf(event: unknown): { apply: Patch; isOperations: boolean } | undefined {
  const type = mediaTypeOf(readHeader(event, "content-type") ?? "");
  const apply = Object.hasOwn(patches, type) ? patches[type] : undefined;
  return apply && { apply, isOperations: type === operationsType };
}

/**
 * What a schema made of a patched value, without what it filled in, and with what it has no say over: both as they were in
 * the object that was patched. A value that was sent whole is the schema's.
 */
export function settle(
  before: unknown,
  after: unknown,
  output: unknown,
  origins: Patched["origins"],
): unknown {
  if (typeof after !== "object" || after === null || typeof output !== "object" || output === null) {
    return output;
  }
  const origin: unknown = after === before ? before : origins.get(after);
  if (Array.isArray(after)) {
    if (!Array.isArray(output) || output.length !== after.length) return output;
    const originOf = (item: unknown): unknown =>
      typeof item !== "object" || item === null || after === before ? item : origins.get(item);
    return output.map((item, index) => settle(originOf(after[index]), after[index], item, origins));
  }
  if (!isObject(origin) || !isPlainObject(output)) return output;
  const settled: Fields = {};
  const patched = after as Fields;
  for (const [key, value] of Object.entries(output)) {
    if (Object.hasOwn(patched, key)) settled[key] = settle(origin[key], patched[key], value, origins);
  }
  for (const key of Object.keys(patched)) {
    if (!Object.hasOwn(output, key) && Object.hasOwn(origin, key)) settled[key] = origin[key];
  }
  return settled;
}
