export { jsonEqual as equal } from "./jsonEqual.ts";
export { formats } from "./schemaFormats.ts";
export { ucs2length } from "./ucs2length.ts";
