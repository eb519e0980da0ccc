export { type Api, type ApiOptions, api, type NamesOption } from "./api.ts";
export type { DocsOptions, MakeDocument } from "./docsRoutes.ts";
export type { ApiEntries, ApiHandlers, ApiNames, ApiRoute, RouteHandler } from "./entries.ts";
export { type Resource, type ResourceOptions, resource } from "./resource.ts";
