import { applyPatch, type Operation } from "rfc6902";
import { BadRequest, Conflict, PayloadTooLarge } from "../errors.ts";

const kinds = new Set(["add", "remove", "replace", "move", "copy", "test"]);
/** Copies of copies grow without bound; this is what Lambda lets a response weigh. */
const maxLength = 6_291_456;
const forbidden = new Set(["__proto__", "constructor", "prototype"]);

function tokensOf(pointer: unknown, where: string): string[] {
  if (typeof pointer !== "string" || !/^(\/([^~/]|~[01])*)+$/.test(pointer)) {
    throw new BadRequest(`Malformed patch: ${where} must be a JSON pointer to a field`);
  }
  const tokens = pointer
    .slice(1)
    .split("/")
    .map(token => token.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (tokens.some(token => forbidden.has(token))) {
    throw new BadRequest(`Malformed patch: ${where} is not allowed`);
  }
  return tokens;
}

function checkField(pointer: unknown, where: string, fields: readonly string[]): void {
  const field = tokensOf(pointer, where)[0] as string;
  if (!fields.includes(field)) {
    throw new BadRequest(`Malformed patch: ${where} names a field that can't be changed`, { field });
  }
}

function checkOperation(operation: unknown, index: number, fields: readonly string[]): void {
  const { op, path, from } = (operation ?? {}) as Record<string, unknown>;
  if (typeof op !== "string" || !kinds.has(op)) {
    throw new BadRequest(`Malformed patch: [${index}].op must be one of ${[...kinds].join(", ")}`);
  }
  checkField(path, `[${index}].path`, fields);
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
  for (const [index, operation] of (patch as Operation[]).entries()) applyOne(changed, operation, index);
  return changed;
}

function applyOne(target: object, operation: Operation, index: number): void {
  const failure = attempt(target, operation);
  if (failure?.name === "TestError") throw new Conflict(`The patch's test [${index}] does not hold`);
  if (failure) throw new BadRequest(`Malformed patch: [${index}] names a place that does not exist`);
  if (operation.op === "copy" && JSON.stringify(target).length > maxLength) {
    throw new PayloadTooLarge("The patch makes the object too large");
  }
}

function attempt(target: object, operation: Operation): Error | null | undefined {
  try {
    return applyPatch(target, [operation])[0];
  } catch {
    return new Error("malformed");
  }
}
