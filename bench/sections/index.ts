import type { Section } from "../section.ts";
import { bundles } from "./bundles.ts";
import { cold } from "./cold.ts";
import { growth } from "./growth.ts";
import { heap } from "./heap.ts";
import { memory } from "./memory.ts";
import { relations } from "./relations.ts";
import { dynamo, sql } from "./stores.ts";
import { sources, warm } from "./warm.ts";

/** All that is measured, in the order of the page. */
export const sections: readonly Section[] = [
  warm,
  sources,
  heap,
  bundles,
  cold,
  sql,
  relations,
  dynamo,
  growth,
  memory,
];
