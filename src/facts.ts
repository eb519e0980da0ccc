import type { StandardSchemaV1 } from "./schema/standard.ts";

/** A model, as far as documents look at it. */
export interface FactModel {
  readonly name: string;
  readonly idKey: string;
  readonly schema?: StandardSchemaV1;
  readonly fields?: Readonly<Record<string, string | undefined>>;
}

/** What tells the form of a value. */
export type Form =
  /** A Standard Schema: its input where the value comes in, its output where it goes out. */
  | { readonly schema: StandardSchemaV1 }
  /** An object of the model as a serializer lets it out. */
  | { readonly model?: FactModel; readonly serializer: unknown }
  /** One field of the model. */
  | { readonly model: FactModel; readonly field: string }
  /** A JSON Schema (draft 2020-12). */
  | { readonly json: object };

/** One parameter of a request. */
export interface ParameterFact {
  readonly in: "path" | "query" | "header";
  readonly name: string;
  /** @default true for those of the path, else false */
  readonly required?: boolean;
  /** @default text */
  readonly form?: Form;
  /** Whether it may be given more than once. @default false */
  readonly multiple?: boolean;
  readonly description?: string;
}

/** All parameters of one place, as a schema tells them. */
export interface ParametersFact {
  readonly in: "path" | "query" | "header";
  readonly schema: StandardSchemaV1;
}

/** The body of a request. What several middlewares say of it is put together, the later over the earlier. */
export interface BodyFact {
  /** @default ["application/json"] */
  readonly types?: readonly string[];
  /** Keys that must be there. */
  readonly required?: readonly string[];
  /** Keys that may be there; without both lists the schema alone decides. */
  readonly optional?: readonly string[];
  readonly schema?: StandardSchemaV1;
  /** Tells the form of the keys that no schema tells. */
  readonly model?: FactModel;
  /** A list of such objects, or only what changes of one. @default "object" */
  readonly as?: "object" | "list" | "changes";
  /** Another form of the whole, such as `{ ids: […] }`. */
  readonly form?: Form;
}

/** One answer. */
export interface ResponseFact {
  readonly status: number;
  readonly description?: string;
  /** Header names with what they say. */
  readonly headers?: Readonly<Record<string, string>>;
  /** @default no body */
  readonly content?: Form;
  /** Whether the body is a list of them, bare or as `{ items, next, total? }`. @default false */
  readonly list?: boolean | "envelope";
  /** @default "application/json" */
  readonly type?: string;
}

/** Who may call. */
export interface AuthFact {
  readonly optional: boolean;
  /** A cookie that may hold the token. */
  readonly cookie?: string;
}

/** What one middleware knows of a handler's requests and answers. Documents are made of it, nothing else reads it. */
export interface Facts {
  readonly parameters?: readonly (ParameterFact | ParametersFact)[];
  readonly body?: BodyFact;
  readonly responses?: readonly ResponseFact[];
  /** Statuses of errors that it may throw. */
  readonly errors?: readonly number[];
  readonly auth?: AuthFact;
}
