export { explain, type Link } from "./explain.ts";
export { type LambdaHandler, type PipelineOptions, pipeline } from "./pipeline.ts";
export { answersPreflights } from "./preflights.ts";
export type { After, Checked, Misplaced } from "./types.ts";
