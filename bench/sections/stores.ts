import { note, runProcess, type Section } from "../section.ts";
import { type Measured, timingTable } from "./warm.ts";

const ofModels = ["model: get", "model: create", "model: page of 50"];
const ofHandlers = ["handler: retrieve", "handler: create", "handler: list of 50"];

function measured(store: string, name: string, budget: number, batch?: number): Measured {
  const args = [store, name, `${budget}`, ...(batch === undefined ? [] : [`${batch}`])];
  const { compared, timings } = runProcess<{ compared: number } & Pick<Measured, "timings">>(
    "store.ts",
    args,
  );
  note(`${store}, ${name}: ${compared} responses are equal`);
  return { name, timings };
}

const names = ["raw", "tsverless"];

/** Compares what models give with what the same written by hand gives, and measures nothing. */
export function compareStores(): void {
  for (const name of [...ofModels, ...ofHandlers]) measured("sqlite", name, 0);
  for (const name of ofModels) measured("dynamo", name, 0);
}

export const sql: Section = {
  name: "sql",
  run: effort =>
    timingTable(
      names,
      [...ofModels, ...ofHandlers].map(name => measured("sqlite", name, 4500 * effort)),
    ),
};

export const dynamo: Section = {
  name: "dynamo",
  run: effort =>
    timingTable(
      names,
      ofModels.map(name => measured("dynamo", name, 8000 * effort, 20)),
    ),
};
