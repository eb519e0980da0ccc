import type { StandardSchemaV1 } from "@standard-schema/spec";

/** A model, as far as documents look at it. */
export interface DocumentedModel {
  readonly name: string;
  readonly idKey: string;
  readonly schema?: StandardSchemaV1;
  readonly fields?: Readonly<Record<string, string | undefined>>;
  /** What is related to its objects. */
  readonly relations?: Readonly<
    Record<string, { readonly kind: "one" | "many"; readonly model: DocumentedModel }>
  >;
  readonly stamps?: object;
  readonly softDelete?: string;
}

/** What the schema of a value is made from. */
export type SchemaSource =
  /** A Standard Schema: its input where the value comes in, its output where it goes out. */
  | { readonly schema: StandardSchemaV1 }
  /** An object of the model as a serializer lets it out, with the relations that go out only where they are asked for. */
  | {
      readonly model?: DocumentedModel;
      readonly serializer: unknown;
      readonly include?: readonly string[] | undefined;
    }
  /** One field of the model. */
  | { readonly model: DocumentedModel; readonly field: string }
  /** A JSON Schema (draft 2020-12). */
  | { readonly json: object };

/** One parameter of a request. */
export interface ParameterMetadata {
  readonly in: "path" | "query" | "header";
  readonly name: string;
  /** @default true for those of the path, else false */
  readonly required?: boolean;
  /** What one value is. @default text, which anybody else may say better */
  readonly source?: SchemaSource;
  /** How several values are given: `a=1,2` or `a=1&a=2`. @default one value */
  readonly list?: "comma" | "repeat";
  readonly description?: string;
  /** The methods of requests that it is a parameter of. @default all */
  readonly methods?: readonly string[];
}

/** All parameters of one place, as a schema declares them: over what others say of them. */
export interface ParametersMetadata {
  readonly in: "path" | "query" | "header";
  readonly schema: StandardSchemaV1;
}

/** The body of a request. What several middlewares say of it is put together, the later over the earlier. */
export interface BodyMetadata {
  /** @default ["application/json"] */
  readonly types?: readonly string[];
  /** Keys that must be there. */
  readonly required?: readonly string[];
  /** Of changes: keys that a PATCH must have too. @default required */
  readonly demanded?: readonly string[];
  /** Keys that may be there; without both lists the schema alone decides. */
  readonly optional?: readonly string[];
  readonly schema?: StandardSchemaV1;
  /** Gives the form of the keys that no schema declares. */
  readonly model?: DocumentedModel;
  /** A list of such objects, the changes of one, or a list of the changes of many. @default "object" */
  readonly as?: "object" | "list" | "changes" | "changesList";
  /** Of a list of changes: the keys besides that say of which object they are, and the first of them must be there. */
  readonly keys?: readonly string[];
  /** How long the list may be. */
  readonly maxItems?: number;
  /** Another form of the whole, such as `{ ids: […] }`. */
  readonly source?: SchemaSource;
}

/** One response. */
export interface ResponseMetadata {
  readonly status: number;
  readonly description?: string;
  /** Header names with what they say. */
  readonly headers?: Readonly<Record<string, string>>;
  /** @default no body */
  readonly content?: SchemaSource;
  /** Whether the body is a list of them, bare or as `{ items, next, total? }`. @default false */
  readonly list?: boolean | "envelope";
  /** The formats of a list. @default ["json"] */
  readonly formats?: readonly string[] | undefined;
  /** Whether the client may ask for some of its fields, so that it has none for sure. @default false */
  readonly sparse?: boolean;
  /** @default "application/json" */
  readonly type?: string;
  /** The methods that it is a response to. @default all */
  readonly methods?: readonly string[];
}

/** Who may call. */
export interface AuthMetadata {
  readonly optional: boolean;
  /** A cookie that may hold the token. */
  readonly cookie?: string;
  /** What tokens are verified with and where users are looked up: the options of `authUser`. No document shows them. */
  readonly options?: object;
}

/** What a list may be narrowed by. */
export interface ListMetadata {
  readonly model: DocumentedModel;
  /** Fields to filter by, with their kinds and operators where they are declared. */
  readonly filters: Readonly<
    Record<
      string,
      {
        readonly kind: string | undefined;
        readonly operators: readonly string[] | undefined;
        /** What it is about, where that is a field of what is related. */
        readonly path?: { readonly model: DocumentedModel; readonly name: string };
      }
    >
  >;
  /** Which fields go out as they are stored. @default what the serializer of the responses says */
  readonly shows?: (field: string, isPath?: boolean) => boolean | undefined;
  /** Whether filters may stand in alternatives. */
  readonly or: boolean;
  readonly ordering: readonly string[];
  /** The fields that a text is searched in. */
  readonly search: readonly string[];
  /** The longest text that may be searched for. */
  readonly maxSearch: number;
}

/** Which objects a handler looks among: those of the `queryset` option, else all of the model's. */
export interface ScopeMetadata {
  readonly model: DocumentedModel;
  /** The `queryset` option. */
  readonly queryset?: unknown;
}

/** One object that the path of a handler is under. */
export interface ParentMetadata {
  readonly model: DocumentedModel;
  /** The path parameter that names it. */
  readonly param: string;
  /** The field of what is below it that holds its id. */
  readonly key: string;
  /** The field whose value the key holds. @default the id */
  readonly references?: string;
  /** The field that the parameter is compared with. @default the one that the key refers to */
  readonly lookup?: string;
  /** Its own `queryset` option. */
  readonly queryset?: unknown;
}

/** What a generic does with which model. */
export interface OperationKind {
  readonly verb:
    | "create"
    | "retrieve"
    | "update"
    | "delete"
    | "list"
    | "createMany"
    | "updateMany"
    | "deleteMany"
    | "restore";
  readonly model: DocumentedModel;
}

/** One request as documents show it, and what it gets. */
export interface OperationExample {
  readonly summary?: string;
  readonly path?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The body of the response of success. */
  readonly response?: unknown;
}

/** A Standard Schema, a JSON Schema (draft 2020-12), or a model, for an object as the chain's serializer lets it out. */
export type DocumentedSchema = StandardSchemaV1 | DocumentedModel | Readonly<Record<string, unknown>>;

/** The form of a body; in brackets that of each item of a list. */
export type DocumentedBody = DocumentedSchema | readonly [DocumentedSchema];

/** One response in the words of the handler's author. */
export interface DocumentedResponse {
  readonly description?: string;
  /** The body; `null` for none. @default what the chain says, else an error where the status is one */
  readonly body?: DocumentedBody | null;
  /** @default "application/json" */
  readonly type?: string;
  /** Header names with what they say. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the author of a handler says of it. */
export interface Operation {
  /** A line: "Publish a post". @default made of the verb and the model's name */
  readonly summary?: string;
  /** More, in Markdown. */
  readonly description?: string;
  /** @default the first segment of the path */
  readonly tags?: readonly string[];
  /** For documents alone; the option `names` of `api` gives a handler its name everywhere. @default the route's name */
  readonly operationId?: string;
  readonly deprecated?: boolean;
  /** Leaves it out of documents. @default false */
  readonly hidden?: boolean;
  /** The body of a request. @default what the chain says */
  readonly body?: DocumentedBody;
  /** The query string, as a schema of an object. @default what the chain says */
  readonly query?: StandardSchemaV1 | Readonly<Record<string, unknown>>;
  /** The body of the response of success. @default what the chain says */
  readonly response?: DocumentedBody;
  /** Responses by status, over those that the chain declares. */
  readonly responses?: Readonly<Record<number, DocumentedResponse>>;
  /** Who may call, as OpenAPI writes it: `[{ cognito: [] }]`. @default what the chain says */
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly example?: OperationExample;
  /** Examples by name. */
  readonly examples?: Readonly<Record<string, OperationExample>>;
}

/**
 * What one middleware knows of a handler's requests and responses. Documents are made of it, and `proveAccess` holds a handler
 * to it; nothing that serves a request reads it.
 */
export interface OperationMetadata {
  /** The methods of requests that it is about. @default all */
  readonly methods?: readonly string[];
  readonly parameters?: readonly (ParameterMetadata | ParametersMetadata)[];
  /** The query parameters that `loadQueryset` reads. */
  readonly narrows?: ListMetadata;
  readonly body?: BodyMetadata;
  readonly responses?: readonly ResponseMetadata[];
  /** Statuses of errors that it may throw. */
  readonly errors?: readonly number[];
  readonly auth?: AuthMetadata;
  readonly reaches?: ScopeMetadata;
  /** What the path is under, the nearest first. */
  readonly parents?: readonly ParentMetadata[];
  /** The rules that must hold of a request, and of `context.object` where they read it. */
  readonly rules?: readonly unknown[];
  /** Headers that any response of success may have, with what they say. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether it makes responses of what is thrown. @default false */
  readonly handlesErrors?: boolean;
  /** What its handler does. */
  readonly kind?: OperationKind;
  /** What the handler's author says. */
  readonly operation?: Operation;
  /** Files that it reads when it runs, by the package that they are in. */
  readonly files?: Readonly<Record<string, readonly string[]>>;
}
