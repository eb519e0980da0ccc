import { schemaKey } from "../../../src/schema/schemaKey.ts";
import { listenToSchemas } from "../../../src/schema/schemaListener.ts";

/** The JSON Schemas that were compiled while an entry was loaded. */
export interface MadeSchemas {
  /** What each is known by once it is compiled ahead. */
  readonly keys: readonly string[];
  /** How many JSON can't write down, so that they have no text to be known by. */
  readonly odd: number;
}

const isPlain = (value: object): boolean =>
  [Object.prototype, null].includes(Object.getPrototypeOf(value)) &&
  !("toJSON" in value) &&
  !Object.hasOwn(value, "__proto__");

/** Whether JSON writes a value as it is. Members that are `undefined` are as good as not there. */
function isJson(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (Array.isArray(value)) return value.every(isJson);
  if (typeof value !== "object" || value === null) return value === null || /^(str|bool)/.test(typeof value);
  return isPlain(value) && Object.values(value).every(one => one === undefined || isJson(one));
}

/**
 * Does something, and gives which schemas were compiled meanwhile.
 *
 * @param work loads an entry
 */
export async function withSchemas<T>(work: () => Promise<T>): Promise<{ result: T; schemas: MadeSchemas }> {
  const keys = new Set<string>();
  let odd = 0;
  listenToSchemas((schema, removeAdditional) => {
    if (isJson(schema)) keys.add(schemaKey(schema, removeAdditional));
    else odd += 1;
  });
  try {
    const result = await work();
    return { result, schemas: { keys: [...keys], odd } };
  } finally {
    listenToSchemas(undefined);
  }
}
