import type { RemoveAdditional } from "./jsonSchemaObject.ts";

/** What a schema is known by, once it was compiled ahead: its text, and that of the options of its compiling. */
export const schemaKey = (schema: object | boolean, removeAdditional: RemoveAdditional): string =>
  JSON.stringify([schema, removeAdditional]);

/** What {@link schemaKey} was made of. */
export const ofSchemaKey = (key: string): [schema: object | boolean, removeAdditional: RemoveAdditional] =>
  JSON.parse(key);
