export { memoryModel } from "./memoryModel.ts";
export type { MemoryModelOptions } from "./options.ts";
