import type { IndexDescription, TableDescription } from "../api.ts";
import { type DefinedDynamo, definedDynamo } from "../definitions.ts";
import { isNumberKey, type KeyPart, type Path, partsOf } from "../layout.ts";
import { describeTable } from "./describe.ts";

/** One step from the table that is there to the one that a model wants. It is made by whoever has the table: a template. */
export interface TableStep {
  /** `expand` comes before the new code; `contract` when no old code runs any more. */
  readonly phase: "expand" | "contract";
  readonly table: string;
  /** What it does, in words. */
  readonly does: string;
  /** What to mind, in words. */
  readonly risks: readonly string[];
  /** Who makes it, and how. */
  readonly byHand: string;
}

/** What {@link planTables} found. */
export interface TablePlan {
  readonly steps: readonly TableStep[];
  /** What a table has and no model, which stays. */
  readonly notes: readonly string[];
}

/** The type of a key attribute; `undefined` where the model does not know what it holds. */
function typeOf(part: KeyPart): "S" | "N" | undefined {
  if (part.value !== undefined || part.prefix !== "") return "S";
  if (part.kind === undefined) return undefined;
  return isNumberKey(part) || part.kind === "real" || part.kind === "decimal" ? "N" : "S";
}

const shown = (parts: readonly { name: string; type: string | undefined }[]): string =>
  `(${parts.map(({ name, type }) => (type === undefined ? name : `${name} ${type}`)).join(", ")})`;

const wantedKeys = (path: Path): { name: string; type: string | undefined }[] =>
  partsOf([path]).map(part => ({ name: part.attribute, type: typeOf(part) }));

function foundKeys(
  { KeySchema = [] }: Pick<IndexDescription, "KeySchema">,
  { AttributeDefinitions = [] }: TableDescription,
): { name: string; type: string | undefined }[] {
  const types = new Map(AttributeDefinitions.map(one => [one.AttributeName, one.AttributeType]));
  const ordered = [...KeySchema].sort(
    (a, b) => Number(a.KeyType === "RANGE") - Number(b.KeyType === "RANGE"),
  );
  return ordered.map(({ AttributeName = "" }) => ({ name: AttributeName, type: types.get(AttributeName) }));
}

const isSame = (wanted: ReturnType<typeof wantedKeys>, found: ReturnType<typeof foundKeys>): boolean =>
  wanted.length === found.length &&
  wanted.every(
    ({ name, type }, at) =>
      name === found[at]?.name && (type === undefined || type === (found[at]?.type ?? type)),
  );

const template = "in your template, or by UpdateTable";

function indexSteps(path: Path, table: string, found: TableDescription): TableStep[] {
  const { index = "" } = path;
  const step = (does: string, risks: string[], byHand: string): TableStep => ({
    ...{ phase: "expand", table, does, risks, byHand },
  });
  const known = [...(found.GlobalSecondaryIndexes ?? []), ...(found.LocalSecondaryIndexes ?? [])].find(
    ({ IndexName }) => IndexName === index,
  );
  const wanted = wantedKeys(path);
  if (known === undefined) {
    return [
      step(
        `adds the index ${index} ${shown(wanted)}, with all attributes`,
        [
          "is filled while the table serves, in minutes to hours; until then queries by it fail",
          "costs a write for each item now, and one more for each write from then on",
          "one index of a table at a time",
        ],
        template,
      ),
    ];
  }
  const steps: TableStep[] = [];
  const keys = foundKeys(known, found);
  if (!isSame(wanted, keys)) {
    steps.push(
      step(
        `index ${index} has the keys ${shown(keys)}, and the model wants ${shown(wanted)}`,
        ["the keys of an index can't be changed"],
        "add one under a new name, name it in the model, and drop the old one when no old code runs any more",
      ),
    );
  }
  if (known.Projection?.ProjectionType !== "ALL") {
    steps.push(
      step(
        `index ${index} has some attributes, and the model wants all`,
        ["objects that are read by it lack the others; what an index projects can't be changed"],
        "add one under a new name, name it in the model, and drop the old one when no old code runs any more",
      ),
    );
  }
  if (known.IndexStatus !== undefined && known.IndexStatus !== "ACTIVE") {
    steps.push(step(`index ${index} is ${known.IndexStatus}`, ["queries by it fail"], "wait for it"));
  }
  return steps;
}

function tableSteps({ layout, tableName }: DefinedDynamo, found: TableDescription | undefined): TableStep[] {
  const wanted = wantedKeys(layout.table);
  const step = (does: string, risks: string[], byHand: string): TableStep => ({
    ...{ phase: "expand", table: tableName, does, risks, byHand },
  });
  if (found === undefined) {
    const indexes = layout.indexes.map(path => `, with the index ${path.index} ${shown(wantedKeys(path))}`);
    return [step(`creates the table ${shown(wanted)}${indexes.join("")}`, [], "in your template")];
  }
  const keys = foundKeys(found, found);
  const moved = isSame(wanted, keys)
    ? []
    : [
        step(
          `has the keys ${shown(keys)}, and the model wants ${shown(wanted)}`,
          ["the keys of a table can't be changed"],
          "make a new table, copy the items, and name it in the model",
        ),
      ];
  return [...moved, ...layout.indexes.flatMap(path => indexSteps(path, tableName, found))];
}

/** Whether the markers of a model are filled in for the rules that it has. */
async function markSteps({ marking, table, tableName, layout }: DefinedDynamo): Promise<TableStep[]> {
  if (marking === undefined) return [];
  const { key, rules } = marking.done;
  const filled = await table.get(key, true);
  if (filled?._owner?.S === rules) return [];
  return [
    {
      phase: "contract",
      table: tableName,
      does: `fills in the markers of what is unique in ${layout.name}`,
      risks: [
        "what was stored without a marker collides with nothing until then",
        "reads the whole table, and writes a marker for each value",
      ],
      byHand: `call fillUnique of "tsverless/migrate/dynamo" with the model`,
    },
  ];
}

/** What the table has and none of its models. */
function notesOf(models: readonly DefinedDynamo[], found: TableDescription | undefined): string[] {
  const known = new Set(models.flatMap(({ layout }) => layout.indexes.map(({ index }) => index)));
  const { GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [], TableName } = found ?? {};
  return [...GlobalSecondaryIndexes, ...LocalSecondaryIndexes]
    .filter(({ IndexName }) => !known.has(IndexName))
    .map(
      ({ IndexName }) =>
        `${TableName}: the index ${IndexName} is of no model, and costs its writes; it stays`,
    );
}

/**
 * Compares models with their tables of DynamoDB, as `DescribeTable` gives them: keys, indexes, and markers of what is unique. It changes
 * nothing.
 *
 * @param models models of `dynamoModel`; several may share a table
 * @returns the steps, those before the new code first
 * @throws TypeError on a model of another kind
 * @example
 * const { steps } = await planTables([Users, Posts]);
 */
export async function planTables(models: readonly object[]): Promise<TablePlan> {
  const byTable = new Map<string, DefinedDynamo[]>();
  for (const model of models) {
    const defined = definedDynamo("planTables", model);
    byTable.set(defined.tableName, [...(byTable.get(defined.tableName) ?? []), defined]);
  }
  const steps: TableStep[] = [];
  const notes: string[] = [];
  for (const [tableName, defined] of byTable) {
    const [{ client }] = defined as [DefinedDynamo];
    const found = await describeTable(client, tableName);
    steps.push(...defined.flatMap(one => tableSteps(one, found)));
    if (found) for (const one of defined) steps.push(...(await markSteps(one)));
    notes.push(...notesOf(defined, found));
  }
  const unlike = new Map(steps.map(step => [JSON.stringify(step), step]));
  const all = [...unlike.values()];
  return {
    steps: [
      ...all.filter(({ phase }) => phase === "expand"),
      ...all.filter(({ phase }) => phase === "contract"),
    ],
    notes,
  };
}
