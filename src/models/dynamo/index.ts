export { type DynamoModelOptions, dynamoModel } from "./dynamoModel.ts";
export type { DynamoKey, DynamoKeyPart } from "./layout.ts";
export type { DynamoClient } from "./port.ts";
