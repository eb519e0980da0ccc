export { type DocsHandlers, type DocsOptions, docsHandlers } from "./docsHandlers.ts";
