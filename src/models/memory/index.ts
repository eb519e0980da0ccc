export { type MemoryModelOptions, memoryModel } from "./memoryModel.ts";
