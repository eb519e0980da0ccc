import type { Ajv2020 } from "ajv/dist/2020.js";
import type { Compiled, CompiledValidator, RemoveAdditional } from "./jsonSchemaObject.ts";
import { type SchemaTraits, walkSchema } from "./jsonSchemaWalk.ts";
import { admitExtensions, makeAjv } from "./makeAjv.ts";
import { reportSchema } from "./schemaListener.ts";

/** One Ajv for each way to remove properties; it is for schemas without traits of their own. */
const shared = /* @__PURE__ */ new Map<RemoveAdditional, Ajv2020>();

function ajvFor(traits: SchemaTraits, removeAdditional: RemoveAdditional): Ajv2020 {
  // Ids are known to a whole Ajv: two schemas may each have their own "user".
  const apart = traits.hasIds || traits.namesInherited;
  const ajv = (apart ? undefined : shared.get(removeAdditional)) ?? makeAjv(traits, removeAdditional);
  if (!apart) shared.set(removeAdditional, ajv);
  admitExtensions(ajv, traits);
  return ajv;
}

/**
 * Compiles a schema by Ajv: what `#compile` means unless the condition `tsverless-compiled` is given.
 *
 * @throws TypeError when the schema is broken, naming the place
 */
export function compile(schema: object | boolean, removeAdditional: RemoveAdditional): Compiled {
  try {
    const traits = walkSchema(schema);
    const validator = ajvFor(traits, removeAdditional).compile(schema) as unknown as CompiledValidator;
    reportSchema(schema, removeAdditional);
    return { validator, hasDefaults: traits.hasDefaults };
  } catch (cause) {
    throw new TypeError(`jsonSchema: ${(cause as Error).message}`, { cause });
  }
}
