/** A JSON Schema (draft 2020-12), which is what OpenAPI 3.1 writes schemas in. */
export type Json = Record<string, unknown>;

/** A reference to a component. */
export interface ReferenceObject {
  $ref: string;
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#info-object */
export interface InfoObject {
  title: string;
  version: string;
  summary?: string;
  description?: string;
  termsOfService?: string;
  contact?: { name?: string; url?: string; email?: string };
  license?: { name: string; identifier?: string; url?: string };
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#server-object */
export interface ServerObject {
  url: string;
  description?: string;
  variables?: Record<string, { default: string; enum?: string[]; description?: string }>;
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#tag-object */
export interface TagObject {
  name: string;
  description?: string;
  externalDocs?: { url: string; description?: string };
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#example-object */
export interface ExampleObject {
  summary?: string;
  value: unknown;
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#parameter-object */
export interface ParameterObject {
  name: string;
  in: "path" | "query" | "header";
  description?: string;
  required?: boolean;
  style?: "form" | "simple" | "deepObject";
  explode?: boolean;
  schema: Json;
  examples?: Record<string, ExampleObject>;
  /** Whether the value may hold slashes, for which OpenAPI has no word. */
  "x-greedy"?: true;
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#media-type-object */
export interface MediaTypeObject {
  schema?: Json;
  example?: unknown;
  examples?: Record<string, ExampleObject>;
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#request-body-object */
export interface RequestBodyObject {
  description?: string;
  required?: boolean;
  content: Record<string, MediaTypeObject>;
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#header-object */
export interface HeaderObject {
  description?: string;
  schema: Json;
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#response-object */
export interface ResponseObject {
  description: string;
  headers?: Record<string, HeaderObject>;
  content?: Record<string, MediaTypeObject>;
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object */
export type SecurityRequirement = Record<string, string[]>;

/** @see https://spec.openapis.org/oas/v3.1.1.html#operation-object */
export interface OperationObject {
  operationId: string;
  summary: string;
  description?: string;
  tags?: string[];
  deprecated?: boolean;
  security: SecurityRequirement[];
  parameters?: ParameterObject[];
  requestBody?: RequestBodyObject;
  responses: Record<string, ResponseObject | ReferenceObject>;
}

/** The methods that documents have operations for. */
export type Method = "get" | "put" | "post" | "delete" | "options" | "head" | "patch";

/** The operations of one path by method. */
export type PathItemObject = { [M in Method]?: OperationObject };

/** @see https://spec.openapis.org/oas/v3.1.1.html#components-object */
export interface ComponentsObject {
  schemas?: Record<string, Json>;
  responses?: Record<string, ResponseObject>;
  securitySchemes?: Record<string, Json>;
}

/**
 * An OpenAPI 3.1 document.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html
 */
export interface OpenApiDocument {
  openapi: "3.1.1";
  info: InfoObject;
  servers: ServerObject[];
  tags?: TagObject[];
  paths: Record<string, PathItemObject>;
  components: ComponentsObject;
}

/** What a document says besides its routes. */
export interface OpenApiOptions extends Partial<InfoObject> {
  /** Where the API is. @default its base path */
  servers?: readonly ServerObject[];
  /** Descriptions of tags, and their order. */
  tags?: readonly TagObject[];
  /** Further security schemes by name; `bearerAuth` takes the place of ours. */
  securitySchemes?: Readonly<Record<string, Readonly<Json>>>;
  /**
   * The route whose `token` signs the page of the documentation in, by its key, without the prefix; `false` for none. The document
   * names it as `x-login` of its bearer scheme. @default `POST /login` where there is one
   */
  login?: string | false;
}
