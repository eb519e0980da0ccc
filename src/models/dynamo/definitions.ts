import { type PrivateField, privateField } from "../../core/privateField.ts";
import type { DynamoPort } from "./api.ts";
import type { DynamoSource } from "./fetch.ts";
import type { Marking } from "./marks.ts";
import type { DynamoClient } from "./port.ts";

/** The table of a model, and how it is reached. */
export interface DefinedDynamo extends DynamoSource {
  readonly client: DynamoClient;
  readonly port: DynamoPort;
  readonly tableName: string;
  readonly marking: Marking | undefined;
  readonly softDelete: string | undefined;
}

/** Where it is said which models are made, for whoever listens: `{ model, engine }`. */
const made = "tsverless.model.made";

const tables: PrivateField<DefinedDynamo> = /* @__PURE__ */ privateField<DefinedDynamo>();

/** Notes the table of a model, and says that the model was made. */
export function defineDynamo<M extends object>(model: M, table: DefinedDynamo): M {
  tables.set(model, table);
  process.getBuiltinModule("node:diagnostics_channel").channel(made).publish({ model, engine: "dynamo" });
  return model;
}

/** The tables of models. @throws TypeError on one that `dynamoModel` did not make */
export function definedDynamo(caller: string, model: object): DefinedDynamo {
  const table = tables.get(model);
  if (table === undefined) throw new TypeError(`${caller}: takes models that dynamoModel made`);
  return table;
}
