export { compiledSchema } from "./compiledSchema.ts";
export {
  type FromSchema,
  type JsonSchema,
  type JsonSchemaOptions,
  jsonSchema,
  type SchemaInput,
} from "./jsonSchema.ts";
export type { InferInput, InferOutput, StandardSchemaV1 } from "./standard.ts";
