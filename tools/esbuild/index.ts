export { type TsverlessPluginOptions, tsverless } from "./tsverless.ts";
