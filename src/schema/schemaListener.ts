import type { RemoveAdditional } from "./jsonSchemaObject.ts";

/** Is given each schema that is compiled, or looked up. */
export type SchemaListener = (schema: object | boolean, removeAdditional: RemoveAdditional) => void;

/** `Symbol.for` of it is where a build listens, to every copy of the package that a program has. */
export const listenerName = "tsverless.schemas";

type Places = { [key: symbol]: SchemaListener | undefined };

/** Reports a schema, where someone listens. */
export function reportSchema(schema: object | boolean, removeAdditional: RemoveAdditional): void {
  (globalThis as Places)[Symbol.for(listenerName)]?.(schema, removeAdditional);
}

/** Listens to all that {@link reportSchema} reports from now on, in the place of whoever did so before; or ends that. */
export function listenToSchemas(listener: SchemaListener | undefined): void {
  (globalThis as Places)[Symbol.for(listenerName)] = listener;
}
