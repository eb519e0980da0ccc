export { type FilledUnique, fillUnique } from "./fill.ts";
export { planTables, type TablePlan, type TableStep } from "./plan.ts";
