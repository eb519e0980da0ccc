/** A bounded map that forgets what was not asked for lately. */
export interface Recent<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
}

/**
 * Remembers about `size` values: when the young half is full it becomes the old half, and the old half is forgotten.
 * What is asked for moves back to the young half, so that no list has to be kept in order.
 */
export function recent<Value>(size: number): Recent<Value> {
  const half = Math.ceil(size / 2);
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();

  function set(key: string, value: Value): void {
    if (young.size >= half) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
  }
  function get(key: string): Value | undefined {
    const found = young.get(key);
    if (found !== undefined) return found;
    const kept = old.get(key);
    if (kept !== undefined) set(key, kept);
    return kept;
  }
  function remove(key: string): void {
    young.delete(key);
    old.delete(key);
  }
  return { get, set, delete: remove };
}
