import { isObject, isRecord } from "../core/objects.ts";
import { type Container, type Fields, Members } from "./members.ts";
import type { Pointer } from "./operations.ts";

/** An object under change. Each of its methods but `read` says whether it could be done. */
export interface PointerTarget {
  /** The object as it is now. */
  readonly result: Fields;
  /** What is seen at a pointer; `undefined` when there is nothing. */
  read(pointer: Pointer): { value: unknown } | undefined;
  add(pointer: Pointer, value: unknown): boolean;
  replace(pointer: Pointer, value: unknown): boolean;
  remove(pointer: Pointer): boolean;
  /** Moves an item within its list; `undefined` when the two pointers are not of one list. */
  reorder(from: Pointer, to: Pointer): boolean | undefined;
}

/** A copy of plain data that shares nothing; what is neither a list nor a plain object is left as it is. */
export function cloneJson(value: unknown, origins?: WeakMap<object, object>): unknown {
  if (!isRecord(value)) return value;
  let copy: Container;
  if (Array.isArray(value)) copy = value.map(item => (isRecord(item) ? cloneJson(item, origins) : item));
  else {
    copy = { ...value };
    for (const key of Object.keys(copy)) if (isRecord(copy[key])) copy[key] = cloneJson(copy[key], origins);
  }
  origins?.set(copy, value);
  return copy;
}

const last = (pointer: Pointer): string => pointer[pointer.length - 1] as string;

/**
 * An object and what a client sees of it, changed together. Pointers are followed in what is seen. Where an object or list
 * of it has its counterpart at the same place, both change; what is merely made up from something else, such as a list that
 * shows some of its items, can be read and be put as a whole, and not changed within.
 *
 * @param target the object; it is left as it is
 * @param shown what is seen of it; without it, all
 * @param origins is given of which object or list of the target one of the outcome was made
 */
export function pairedPlace(
  target: Fields,
  shown: Readonly<Fields> | undefined,
  origins?: WeakMap<object, object>,
): PointerTarget {
  const result: Fields = { ...target };
  const seen: Fields = shown === undefined ? result : { ...shown };
  const opened = new Set<string>();
  const members = new Members();
  /** For what is seen: its counterpart, or null where it has none. What the client put is in both, and has no entry. */
  const counterparts = new Map<unknown, Container | null>();
  if (shown !== undefined) counterparts.set(seen, result);

  function pair(one: unknown, other: unknown): void {
    if (!isRecord(one)) return;
    const isAlike = Array.isArray(one)
      ? Array.isArray(other) && one.length === other.length
      : isObject(other) && Object.getPrototypeOf(other) === Object.prototype;
    counterparts.set(one, isAlike ? (other as Container) : null);
    for (const key of Object.keys(one)) {
      const inner = isAlike && Object.hasOwn(other as object, key) ? (other as Fields)[key] : undefined;
      pair((one as Fields)[key], inner);
    }
  }

  /** A field is copied when it is named for the first time. */
  function open(field: string): void {
    if (opened.has(field)) return;
    opened.add(field);
    if (Object.hasOwn(result, field)) result[field] = cloneJson(result[field], origins);
    if (shown === undefined || !Object.hasOwn(seen, field)) return;
    seen[field] = cloneJson(seen[field]);
    pair(seen[field], Object.hasOwn(result, field) ? result[field] : undefined);
  }

  function parentOf(pointer: Pointer): Container | undefined {
    open(pointer[0] as string);
    let parent: unknown = seen;
    for (const token of pointer.slice(0, -1)) {
      if (!members.has(parent, token)) return undefined;
      parent = members.get(parent, token);
    }
    return isRecord(parent) ? (parent as Container) : undefined;
  }

  /** Changes what is seen, and with it what it stands for. */
  function change(parent: Container, make: (container: Container) => void): boolean {
    const other = counterparts.get(parent);
    if (other === null) return false;
    make(parent);
    if (other !== undefined) make(other);
    return true;
  }

  /** Whether a member can be put there: in a list before an item, or behind all of them. */
  function isOpen(parent: Container, token: string): boolean {
    if (!Array.isArray(parent)) return true;
    return token === "-" || token === String(members.lengthOf(parent)) || members.has(parent, token);
  }

  return {
    get result() {
      members.flush();
      return result;
    },
    read(pointer) {
      const parent = parentOf(pointer);
      const token = last(pointer);
      if (!members.has(parent, token)) return undefined;
      const value = members.get(parent, token);
      if (isRecord(value)) members.flush();
      return { value };
    },
    add(pointer, value) {
      const parent = parentOf(pointer);
      const token = last(pointer);
      if (parent === undefined || !isOpen(parent, token)) return false;
      return change(parent, container => members.put(container, token, value));
    },
    replace(pointer, value) {
      const parent = parentOf(pointer);
      const token = last(pointer);
      if (!members.has(parent, token)) return false;
      return change(parent, container => members.set(container, token, value));
    },
    remove(pointer) {
      const parent = parentOf(pointer);
      const token = last(pointer);
      if (!members.has(parent, token)) return false;
      return change(parent, container => void members.take(container, token));
    },
    reorder(from, to) {
      const list = parentOf(from);
      if (list === undefined || list !== parentOf(to) || !Array.isArray(list)) return undefined;
      // The place is one of the list without the item (RFC 6902 section 4.4).
      const isPlace = last(to) === "-" || members.has(list, last(to));
      if (!members.has(list, last(from)) || !isPlace) return false;
      return change(list, container => members.put(container, last(to), members.take(container, last(from))));
    },
  };
}
