import { formats } from "../../src/schema/schemaFormats.ts";

const ofNumbers = ["int32", "int64", "float", "double"];

/** The formats that `jsonSchema` knows of texts. */
export const textFormats: readonly string[] = Object.keys(formats).filter(name => !ofNumbers.includes(name));
