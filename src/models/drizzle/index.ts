export { type DrizzleModelOptions, drizzleModel } from "./drizzleModel.ts";
export type { DrizzleDatabase } from "./table.ts";
