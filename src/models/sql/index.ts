export type { ColumnOptions } from "./columns.ts";
export type { SqlDialect } from "./dialectOf.ts";
export type { SqlNaming } from "./naming.ts";
export { type SqlModelOptions, sqlModel } from "./sqlModel.ts";
export { type Bind, type TransactionOptions, transaction } from "./transaction.ts";
