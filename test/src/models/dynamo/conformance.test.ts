import { afterAll, beforeAll, describe, it } from "vitest";
import { type DynamoModelOptions, dynamoModel } from "../../../../src/models/dynamo/dynamoModel.ts";
import type { FieldKind, FullModel, Model } from "../../../../src/models/types.ts";
import {
  type ModelConformanceOptions,
  modelConformance,
  type StampedThing,
  stampedOptions,
  type Thing,
  thingFields,
} from "../../../../tools/testing/modelConformance.ts";
import { type LocalDynamo, startDynamo } from "../../../support/dynamo.ts";

let dynamo: LocalDynamo;
let requests = 0;
const statements = (): number => requests;

beforeAll(async () => {
  dynamo = await startDynamo();
  dynamo.client.middlewareStack.add(
    next => args => {
      requests++;
      return next(args);
    },
    { step: "initialize" },
  );
});

afterAll(() => dynamo.stop());

type Given = Partial<DynamoModelOptions<Thing>>;

/** Numbers have 38 digits below 1E126, and decimals no zeros at their end; offsets DynamoDB has not. */
const capabilities = { sets: false, offset: false, decimal: false, double: false };

const register: NonNullable<ModelConformanceOptions["test"]> = (name, run) => it(name, run, 60_000);

const made = (given: Given) => async (): Promise<Model<Thing>> =>
  dynamoModel<Thing>({
    client: dynamo.client,
    table: await dynamo.createTable({ partition: ["id", "S"] }),
    name: "Thing",
    key: { partition: "id" },
    fields: thingFields,
    unique: ["email"],
    allowScan: true,
    ...given,
  });

const madeStamped = (given: Given) => async (): Promise<FullModel<StampedThing>> =>
  dynamoModel<StampedThing>({
    ...stampedOptions,
    client: dynamo.client,
    table: await dynamo.createTable({ partition: ["id", "S"] }),
    name: "Thing",
    key: { partition: "id" },
    fields: thingFields,
    unique: ["email"],
    allowScan: true,
    ...(given as Partial<DynamoModelOptions<StampedThing>>),
  });

/** A scan is in no order; the suite expects that of the ids where it asks for none. */
const orderedById = (make: () => Promise<Model<Thing>>) => async (): Promise<Model<Thing>> => {
  const model = await make();
  return { ...model, objects: model.objects.orderBy() };
};

describe("dynamoModel conforms, in the order of DynamoDB", () => {
  modelConformance(made({}), {
    capabilities: { ...capabilities, ordering: false },
    test: register,
    statements,
    stamped: madeStamped({}),
  });
});

describe("dynamoModel conforms, in the order of its ids", () => {
  modelConformance(orderedById(made({ consistentRead: true })), {
    capabilities,
    test: register,
    statements,
    stamped: madeStamped({ consistentRead: true }),
  });
});

describe("dynamoModel with a declared version conforms", () => {
  const fields: Record<string, FieldKind> = { ...thingFields, version: "integer" };
  const plain = { ...capabilities, ordering: false };
  const given: Given = { fields, version: "version" };
  const stamped = madeStamped(given);
  modelConformance(made(given), { capabilities: plain, test: register, statements, stamped });
});

describe("dynamoModel conforms with @aws-lite/client, in the order of its ids", () => {
  const make = () => made({ client: dynamo.lite, consistentRead: true })();
  const stamped = () => madeStamped({ client: dynamo.lite, consistentRead: true })();
  modelConformance(orderedById(make), { capabilities, test: register, stamped });
});

// dynalite takes two equal maps for different ones, and so every JSON value for changed.
describe.runIf(process.env.DYNAMODB_ENDPOINT)("dynamoModel without a version conforms", () => {
  const plain = { ...capabilities, ordering: false };
  const stamped = madeStamped({ version: false });
  modelConformance(made({ version: false }), { capabilities: plain, test: register, statements, stamped });
});
