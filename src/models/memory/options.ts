import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { NoRelations, RelationsOption } from "../relations/types.ts";
import type { KeepOptions } from "../stamps/types.ts";
import type { FieldKind } from "../types.ts";
import type { UniqueFields } from "./uniqueIndex.ts";

/** Options of `memoryModel`. */
export interface MemoryModelOptions<T, Given = NoRelations>
  extends KeepOptions<T>,
    RelationsOption<T, Given> {
  /** Shown in messages and documents: `"User"`. */
  name: string;
  /** The field that holds the id. @default "id" */
  idKey?: keyof T & string;
  /** Describes a whole object, id included. Checked on create and update; what it gives is what is stored. */
  schema?: StandardSchemaV1<unknown, T>;
  /** Fields, or groups of fields, of which no two objects may hold the same. */
  unique?: UniqueFields<T>;
  /** A number field that counts the updates; without it an update compares every value. */
  version?: keyof T & string;
  /** What is stored from the start. */
  objects?: readonly T[];
  /** What the fields hold; without it the schema says so, and without both any field may hold anything. */
  fields?: { readonly [K in keyof T & string]?: FieldKind };
}
