export type { SqlDialect } from "./dialect.ts";
export { type SqlModelOptions, sqlModel } from "./sqlModel.ts";
export { type Bind, type TransactionOptions, transaction } from "./transaction.ts";
