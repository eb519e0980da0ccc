import { questionOf } from "./questions.ts";
import type { ConditionTree } from "./where.ts";

/** A condition as it was asked: the same for the same question, whatever is found for it. */
export function asAsked(tree: ConditionTree | undefined): unknown {
  if (tree === undefined) return undefined;
  const question = questionOf(tree);
  if (question !== undefined) return { asked: question.asked };
  if (tree.op === "not") return { op: "not", node: asAsked(tree.node) };
  return "nodes" in tree ? { op: tree.op, nodes: tree.nodes.map(asAsked) } : tree;
}
