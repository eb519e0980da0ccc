/** Keys through which a careless copy could reach a prototype, as they stand in JSON, plain or escaped. */
const suspicious = /__proto__|constructor|\\u00[567]/i;

/** Deeper than this no message means anything, and recursive code would overflow the stack. */
export const maxDepth = 512;

function isForbidden(key: string, value: unknown): boolean {
  if (key === "__proto__") return true;
  return (
    key === "constructor" && typeof value === "object" && value !== null && Object.hasOwn(value, "prototype")
  );
}

/** Walks level by level, without recursion. */
function inspect(root: unknown, keysToo: boolean): void {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) throw new SyntaxError("JSON is nested too deeply");
    const below: unknown[] = [];
    for (const value of level) {
      if (typeof value !== "object" || value === null) continue;
      for (const [key, item] of Object.entries(value)) {
        if (keysToo && isForbidden(key, item)) throw new SyntaxError(`JSON has the forbidden key ${key}`);
        below.push(item);
      }
    }
    level = below;
  }
}

/** Whether a value is nested more deeply than JSON from outside may be. */
export function isTooDeep(value: unknown): boolean {
  try {
    inspect(value, false);
    return false;
  } catch {
    return true;
  }
}

/**
 * Parses JSON from outside: it refuses the keys `__proto__` and `constructor.prototype`, and nesting beyond 512 levels.
 *
 * @param text the JSON text
 * @throws SyntaxError when it is malformed or holds one of these
 * @example
 * parseSafely('{"a":1}'); // { a: 1 }
 */
export function parseSafely(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const keysToo = suspicious.test(text);
  // Every level has a bracket to open and one to close.
  if (keysToo || text.length > 2 * maxDepth) inspect(value, keysToo);
  return value;
}
