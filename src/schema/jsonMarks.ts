type Json = Record<string, unknown>;

/** Stands for the type of a date in JSON Schemas that are read here alone. */
export const dateMark = "tsverless:date";
/** Likewise of a bigint. */
export const bigintMark = "tsverless:bigint";

const marks: Readonly<Record<string, string>> = { date: dateMark, bigint: bigintMark };

/** The type that stands for one of a schema library's; `undefined` where JSON has its own. */
export const markOf = (type: unknown): string | undefined =>
  typeof type === "string" && Object.hasOwn(marks, type) ? marks[type] : undefined;

interface Zod {
  zodSchema?: { _zod?: { def?: { type?: unknown } } };
  jsonSchema: Json;
}
interface Valibot {
  valibotSchema?: { type?: unknown };
}
interface ArkType {
  base: Json;
  domain?: unknown;
}

/** What stands for dates and for bigints in a JSON Schema. */
export interface Forms {
  date: Json;
  bigint: Json;
}

/** Options that Zod, Valibot and ArkType take for their JSON Schemas; each reads its own. */
export interface LibraryOptions {
  [option: string]: unknown;
  override(at: Zod): void;
  overrideSchema(at: Valibot): Json | undefined;
  fallback: { [problem: string]: (at: ArkType) => Json };
}

/**
 * What schema libraries shall do where JSON Schema has no words: use these forms for dates and bigints, and leave the rest open.
 * Valibot, which guesses at what it has no words for, gives up on that.
 *
 * @see https://standardschema.dev/json-schema
 */
export function libraryOptions(forms: Forms): LibraryOptions {
  const formOf = (type: unknown): Json | undefined =>
    type === "date" || type === "bigint" ? forms[type] : undefined;
  return {
    unrepresentable: "any",
    override({ zodSchema, jsonSchema }) {
      Object.assign(jsonSchema, formOf(zodSchema?._zod?.def?.type));
    },
    overrideSchema: ({ valibotSchema }) => formOf(valibotSchema?.type),
    fallback: {
      date: ({ base }) => ({ ...base, ...forms.date }),
      domain: ({ base, domain }) => ({ ...base, ...formOf(domain) }),
      default: ({ base }) => ({ ...base }),
    },
  };
}

/** Marks dates and bigints. */
export const markingOptions: LibraryOptions = /* @__PURE__ */ libraryOptions({
  date: { type: dateMark },
  bigint: { type: bigintMark },
});
