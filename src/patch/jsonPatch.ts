import { isDeepStrictEqual } from "node:util";
import { BadRequest, Conflict, PayloadTooLarge } from "../core/errors.ts";
import { isRecord } from "../core/objects.ts";
import { isDeeper, maxDepth } from "../core/safeJson.ts";
import { checkOperations, type Operation, type Pointer } from "./operations.ts";
import { cloneJson, type PointerTarget, pairedPlace } from "./paired.ts";

/** Options of {@link jsonPatch}. */
export interface JsonPatchOptions {
  /**
   * What the client sees of the target: operations read of this alone, and change what they find there in both.
   * @default the target
   */
  shown?: Readonly<Record<string, unknown>>;
  /** Whether the client can't know if a field is there that is not in `shown`; such a one may be replaced. @default never */
  isHidden?: (field: string) => boolean;
  /** How many operations there may be. @default 100 */
  maxOperations?: number;
  /** Is given of which object or list of the target one of the outcome was made. */
  origins?: WeakMap<object, object>;
}

/** Copies of copies grow without bound, so together they may have this many characters. */
const maxCopied = 262_144;

/**
 * Applies a JSON Patch (RFC 6902), all of it or nothing. Each list and object is copied once, however many operations there
 * are.
 *
 * @param target the object to change; it is left as it is
 * @param patch the list of operations
 * @param fields the fields that operations may name
 * @param options what may be read, and how many operations there may be
 * @returns the changed object
 * @throws BadRequest when the patch is malformed, names another field or a place that does not exist
 * @throws Conflict when a `test` operation does not hold
 * @throws PayloadTooLarge when there are too many operations, or their copies grow too large
 * @example
 * jsonPatch({ tags: ["a"] }, [{ op: "add", path: "/tags/-", value: "b" }], ["tags"]); // { tags: ["a", "b"] }
 */
export function jsonPatch<T extends object>(
  target: T,
  patch: unknown,
  fields: readonly string[],
  options: JsonPatchOptions = {},
): T {
  const { maxOperations = 100, isHidden = () => false } = options;
  if (!Array.isArray(patch)) throw new BadRequest("Malformed patch: it must be a list of operations");
  if (patch.length > maxOperations) {
    throw new PayloadTooLarge(`A patch has at most ${maxOperations} operations`);
  }
  const operations = checkOperations(patch, fields);
  const place = pairedPlace(target as Record<string, unknown>, options.shown, options.origins);
  let copied = 0;
  for (const [index, operation] of operations.entries()) {
    if (operation.op === "copy") {
      const value = place.read(operation.from);
      if (value !== undefined) copied += lengthOf(value.value);
      if (copied > maxCopied) throw new PayloadTooLarge("The patch makes the object too large");
    }
    if (!apply(place, operation, isHidden)) throw failure(operation, index);
  }
  if (operations.length > 0 && isDeeper(place.result, maxDepth)) throw tooDeep();
  return place.result as T;
}

const tooDeep = (): BadRequest => new BadRequest("The patch nests the object too deeply");

function failure({ op }: Operation, index: number): BadRequest | Conflict {
  return op === "test"
    ? new Conflict(`The patch's test [${index}] does not hold`)
    : new BadRequest(`Malformed patch: [${index}] names a place that does not exist`);
}

function lengthOf(value: unknown): number {
  if (isRecord(value) && isDeeper(value, maxDepth)) throw tooDeep();
  return JSON.stringify(value)?.length ?? 0;
}

/** A copy that shares nothing. @throws BadRequest when it is nested too deeply to make one */
function copyOf(value: unknown): unknown {
  if (isRecord(value) && isDeeper(value, maxDepth)) throw tooDeep();
  return cloneJson(value);
}

const isWithin = (path: Pointer, from: Pointer): boolean =>
  path.length > from.length && from.every((token, index) => token === path[index]);

/** Applies one operation; false when it can't be. */
function apply(place: PointerTarget, operation: Operation, isHidden: (field: string) => boolean): boolean {
  const { op, path } = operation;
  if (op === "test") return isEqual(place.read(path), operation.value);
  if (op === "remove") return place.remove(path);
  if (op === "add") return place.add(path, copyOf(operation.value));
  if (op === "replace") {
    const [field] = path as [string];
    const isUnseen = path.length === 1 && place.read(path) === undefined && isHidden(field);
    return isUnseen ? place.add(path, copyOf(operation.value)) : place.replace(path, copyOf(operation.value));
  }
  const { from } = operation as Extract<Operation, { from: Pointer }>;
  const found = place.read(from);
  if (found === undefined) return false;
  if (op === "copy") return place.add(path, copyOf(found.value));
  if (isWithin(path, from)) return false;
  // What a move takes along unseen stays in its list: elsewhere more of it might be shown.
  return place.reorder(from, path) ?? (place.remove(from) && place.add(path, copyOf(found.value)));
}

function isEqual(found: { value: unknown } | undefined, value: unknown): boolean {
  try {
    return found !== undefined && isDeepStrictEqual(found.value, value);
  } catch {
    // Nested deeper than the stack reaches.
    return false;
  }
}
