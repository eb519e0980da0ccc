import ajvLength from "ajv/dist/runtime/ucs2length.js";

export { jsonEqual as equal } from "./jsonEqual.ts";
export { formats } from "./schemaFormats.ts";

/** What a CommonJS module exports as `default`: some loaders have taken it out already. */
export const unwrapped = <T>(module: { default: T }): T => module.default ?? (module as T);

/** How many characters a text has, as Ajv's code for `minLength` and `maxLength` asks. */
export const ucs2length: typeof ajvLength.default = /* @__PURE__ */ unwrapped(ajvLength);
