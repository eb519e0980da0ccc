import { isRecord } from "../core/objects.ts";
import { LongList } from "./longList.ts";

export type Fields = Record<string, unknown>;
/** What has members. */
export type Container = Fields | unknown[];

/** A list of fewer items is changed as it is. */
const long = 1000;

/**
 * The members of objects and lists, under change. Those of a list are its indexes and nothing else (RFC 6901 section 4); above
 * all, nobody sets its `length`. Long lists are kept apart while they are changed, and are themselves only behind `flush`.
 */
export class Members {
  readonly #lists = new Map<unknown[], LongList>();
  readonly #stale = new Set<unknown[]>();

  has(parent: unknown, token: string): parent is Container {
    if (!isRecord(parent)) return false;
    if (!Array.isArray(parent)) return Object.hasOwn(parent, token);
    return /^\d+$/.test(token) && String(Number(token)) === token && Number(token) < this.lengthOf(parent);
  }

  get(parent: Container, token: string): unknown {
    if (!Array.isArray(parent)) return parent[token];
    const list = this.#lists.get(parent);
    return list === undefined ? parent[Number(token)] : list.at(Number(token));
  }

  lengthOf(list: unknown[]): number {
    return this.#lists.get(list)?.length ?? list.length;
  }

  /** Puts a member where there may be one already: in a list before it. */
  put(parent: Container, token: string, value: unknown): void {
    if (!Array.isArray(parent)) parent[token] = value;
    else {
      const at = token === "-" ? this.lengthOf(parent) : Number(token);
      const list = this.#changing(parent);
      if (list === undefined) parent.splice(at, 0, value);
      else list.insert(at, value);
    }
  }

  set(parent: Container, token: string, value: unknown): void {
    const list = Array.isArray(parent) ? this.#changing(parent) : undefined;
    if (list === undefined) (parent as Fields)[token] = value;
    else list.set(Number(token), value);
  }

  take(parent: Container, token: string): unknown {
    if (!Array.isArray(parent)) {
      const value = parent[token];
      delete parent[token];
      return value;
    }
    const list = this.#changing(parent);
    return list === undefined ? parent.splice(Number(token), 1)[0] : list.remove(Number(token));
  }

  /** Makes lists hold what they have come to. */
  flush(): void {
    for (const list of this.#stale) this.#lists.get(list)?.writeTo(list);
    this.#stale.clear();
  }

  #changing(list: unknown[]): LongList | undefined {
    let found = this.#lists.get(list);
    if (found === undefined && list.length >= long) {
      found = new LongList(list);
      this.#lists.set(list, found);
    }
    if (found !== undefined) this.#stale.add(list);
    return found;
  }
}
