import { BadRequest } from "../core/errors.ts";
import { tokensOf } from "../core/jsonPointer.ts";
import { maxDepth } from "../core/safeJson.ts";

/** The names along a JSON pointer; the first is a field. */
export type Pointer = readonly string[];

/** One operation of a JSON Patch (RFC 6902 section 4), its pointers read. */
export type Operation =
  | { op: "add" | "replace" | "test"; path: Pointer; value: unknown }
  | { op: "remove"; path: Pointer }
  | { op: "move" | "copy"; path: Pointer; from: Pointer };

const kinds = new Set(["add", "remove", "replace", "move", "copy", "test"]);
const forbidden = new Set(["__proto__", "constructor", "prototype"]);

function readPointer(pointer: unknown, where: string): Pointer {
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

function fieldPointer(pointer: unknown, where: string, fields: ReadonlySet<string>): Pointer {
  const tokens = readPointer(pointer, where);
  const field = tokens[0] as string;
  if (!fields.has(field)) {
    const named = field.length > 100 ? `${field.slice(0, 100)}…` : field;
    throw new BadRequest(`Malformed patch: ${where} names a field that can't be changed`, { field: named });
  }
  return tokens;
}

function checkOperation(given: unknown, index: number, fields: ReadonlySet<string>): Operation {
  const { op, path, from, value } = (given ?? {}) as Record<string, unknown>;
  if (typeof op !== "string" || !kinds.has(op)) {
    throw new BadRequest(`Malformed patch: [${index}].op must be one of ${[...kinds].join(", ")}`);
  }
  const to = fieldPointer(path, `[${index}].path`, fields);
  if (op === "remove") return { op, path: to };
  if (op === "move" || op === "copy")
    return { op, path: to, from: fieldPointer(from, `[${index}].from`, fields) };
  if (!Object.hasOwn(given as object, "value")) {
    throw new BadRequest(`Malformed patch: [${index}].value is missing`);
  }
  return { op: op as "add", path: to, value };
}

/**
 * Checks the operations of a patch before any is applied.
 *
 * @param patch the operations, as they were sent
 * @param names the fields that they may name
 * @throws BadRequest naming what is malformed, and a field that can't be changed
 */
export function checkOperations(patch: readonly unknown[], names: readonly string[]): Operation[] {
  const fields = new Set(names);
  return patch.map((operation, index) => checkOperation(operation, index, fields));
}
