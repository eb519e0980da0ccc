export type { Operation, OperationExample } from "../../src/core/operationMetadata.ts";
export { type DocumentedApi, openapi } from "./document.ts";
export type { ApiGatewayDocument, ApiGatewayOptions } from "./gateway.ts";
export type { DocumentedRoute } from "./paths.ts";
export type {
  ComponentsObject,
  InfoObject,
  OpenApiDocument,
  OpenApiOptions,
  OperationObject,
  ParameterObject,
  PathItemObject,
  ResponseObject,
  ServerObject,
  TagObject,
} from "./types.ts";
