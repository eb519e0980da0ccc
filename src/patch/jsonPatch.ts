import { isDeepStrictEqual } from "node:util";
import { applyPatch, type Operation } from "rfc6902";
import { BadRequest, Conflict, PayloadTooLarge } from "../errors.ts";
import { tokensOf } from "../jsonPointer.ts";
import { isDeeper, maxDepth } from "../safeJson.ts";

const kinds = new Set(["add", "remove", "replace", "move", "copy", "test"]);
/** Copies of copies grow without bound, so together they may have this many characters. */
const maxCopied = 262_144;
const forbidden = new Set(["__proto__", "constructor", "prototype"]);

function checkedTokens(pointer: unknown, where: string): string[] {
  if (typeof pointer !== "string" || !pointer.startsWith("/") || /~(?![01])/.test(pointer)) {
    throw new BadRequest(`Malformed patch: ${where} must be a JSON pointer to a field`);
  }
  const tokens = tokensOf(pointer);
  if (tokens.length > maxDepth) throw new BadRequest(`Malformed patch: ${where} is nested too deeply`);
  if (tokens.some(token => forbidden.has(token))) {
    throw new BadRequest(`Malformed patch: ${where} is not allowed`);
  }
  return tokens;
}

function checkField(pointer: unknown, where: string, fields: readonly string[]): void {
  const field = checkedTokens(pointer, where)[0] as string;
  if (!fields.includes(field)) {
    const named = field.length > 100 ? `${field.slice(0, 100)}…` : field;
    throw new BadRequest(`Malformed patch: ${where} names a field that can't be changed`, { field: named });
  }
}

function checkOperation(operation: unknown, index: number, fields: readonly string[]): void {
  const { op, path, from } = (operation ?? {}) as Record<string, unknown>;
  if (typeof op !== "string" || !kinds.has(op)) {
    throw new BadRequest(`Malformed patch: [${index}].op must be one of ${[...kinds].join(", ")}`);
  }
  checkField(path, `[${index}].path`, fields);
  if ((op === "add" || op === "replace" || op === "test") && !Object.hasOwn(operation as object, "value")) {
    throw new BadRequest(`Malformed patch: [${index}].value is missing`);
  }
  if (op === "move" || op === "copy") checkField(from, `[${index}].from`, fields);
}

/**
 * Applies a JSON Patch (RFC 6902), all of it or nothing.
 *
 * @param target the object to change; it is left as it is
 * @param patch the list of operations
 * @param fields the fields that operations may name
 * @returns the changed object
 * @throws BadRequest when the patch is malformed, names another field or a place that does not exist
 * @throws Conflict when a `test` operation does not hold
 * @example
 * jsonPatch({ tags: ["a"] }, [{ op: "add", path: "/tags/-", value: "b" }], ["tags"]); // { tags: ["a", "b"] }
 */
export function jsonPatch<T extends object>(target: T, patch: unknown, fields: readonly string[]): T {
  if (!Array.isArray(patch)) throw new BadRequest("Malformed patch: it must be a list of operations");
  for (const [index, operation] of patch.entries()) checkOperation(operation, index, fields);
  const changed = structuredClone(target);
  let copied = 0;
  for (const [index, operation] of (patch as Operation[]).entries()) {
    if (!isApplicable(changed, operation)) throw failure(operation, index);
    if (operation.op === "copy") copied += lengthOf(valueAt(changed, operation.from));
    if (copied > maxCopied) throw new PayloadTooLarge("The patch makes the object too large");
    if (!apply(changed, operation)) throw failure(operation, index);
  }
  if (isDeeper(changed, maxDepth)) throw tooDeep();
  return changed;
}

const tooDeep = (): BadRequest => new BadRequest("The patch nests the object too deeply");

function failure({ op }: Operation, index: number): BadRequest | Conflict {
  return op === "test"
    ? new Conflict(`The patch's test [${index}] does not hold`)
    : new BadRequest(`Malformed patch: [${index}] names a place that does not exist`);
}

function lengthOf(value: unknown): number {
  if (isDeeper(value, maxDepth)) throw tooDeep();
  return JSON.stringify(value)?.length ?? 0;
}

function valueAt(target: unknown, pointer: string): unknown {
  return checkedTokens(pointer, "path").reduce(
    (parent, token) => (parent as Record<string, unknown>)[token],
    target,
  );
}

/**
 * Whether a pointer names a place: one that is there, or one that can be added to. The members of a list are its indexes
 * and nothing else (RFC 6901 section 4); above all, nobody sets its `length`.
 */
function isPlace(target: unknown, pointer: string, adding: boolean): boolean {
  const tokens = checkedTokens(pointer, "path");
  const last = tokens.pop() as string;
  let parent = target;
  for (const token of tokens) {
    if (!isMember(parent, token)) return false;
    parent = (parent as Record<string, unknown>)[token];
  }
  if (!adding) return isMember(parent, last);
  if (Array.isArray(parent)) return last === "-" || last === String(parent.length) || isMember(parent, last);
  return typeof parent === "object" && parent !== null;
}

function isMember(parent: unknown, token: string): boolean {
  if (typeof parent !== "object" || parent === null || !Object.hasOwn(parent, token)) return false;
  return !Array.isArray(parent) || /^\d+$/.test(token);
}

function isApplicable(target: object, operation: Operation): boolean {
  const { op, path } = operation;
  if ((op === "move" || op === "copy") && !isPlace(target, operation.from, false)) return false;
  // What a move takes away may be what its target counts on: that is for the library to find out.
  return isPlace(target, path, op === "add" || op === "move" || op === "copy");
}

/** Applies one operation; false when it can't be. A test by the library would compute the whole difference. */
function apply(target: object, operation: Operation): boolean {
  try {
    if (operation.op === "test") return isDeepStrictEqual(valueAt(target, operation.path), operation.value);
    return applyPatch(target, [operation])[0] === null;
  } catch {
    return false;
  }
}
