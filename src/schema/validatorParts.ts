import ajvEqual from "ajv/dist/runtime/equal.js";
import ajvLength from "ajv/dist/runtime/ucs2length.js";

export { formats } from "./schemaFormats.ts";

/** What a CommonJS module exports as `default`: some loaders have taken it out already. */
const unwrapped = <T>(module: { default: T }): T => module.default ?? (module as T);

/** Whether two values are deeply the same, as Ajv's code for `const`, `enum` and `uniqueItems` asks. */
export const equal: typeof ajvEqual.default = /* @__PURE__ */ unwrapped(ajvEqual);

/** How many characters a text has, as Ajv's code for `minLength` and `maxLength` asks. */
export const ucs2length: typeof ajvLength.default = /* @__PURE__ */ unwrapped(ajvLength);
