import { parseAst } from "vitest/node";
import { isNode, type Node, walk } from "./moduleGraph.ts";

/** A regular expression of a source. */
export interface Pattern {
  source: string;
  flags: string;
  /** Where it stands: `src/http/etag.ts:14`. */
  place: string;
}

/** A regular expression that is put together when the program runs. */
export interface Composed {
  /** As it stands in the source: `new RegExp(pattern, "u")`. */
  text: string;
  place: string;
}

/** All that one source has. */
export interface Patterns {
  written: Pattern[];
  composed: Composed[];
}

/** The methods of texts that make a pattern of a text. */
const compiling = new Set(["match", "matchAll"]);

/** The text of a literal, also of one in backticks without holes. */
function textOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === "Literal") return typeof node.value === "string" ? node.value : undefined;
  if (node.type !== "TemplateLiteral" || (node.expressions as unknown[]).length > 0) return undefined;
  const [whole] = node.quasis as { value: { cooked: string } }[];
  return whole?.value.cooked;
}

function nameOf(node: unknown): unknown {
  if (!isNode(node)) return undefined;
  return node.type === "MemberExpression" ? nameOf(node.property) : (node.name ?? textOf(node));
}

/** What a node has to do with patterns: one that is written, one that is composed, or nothing. */
function found(node: Node): { source: string; flags: string } | "composed" | undefined {
  const { regex, callee, key, value, arguments: given = [] } = node as Record<string, unknown>;
  if (node.type === "Literal") {
    if (typeof regex !== "object" || regex === null) return undefined;
    const { pattern, flags } = regex as { pattern: string; flags: string };
    return { source: pattern, flags };
  }
  if (node.type === "NewExpression" || node.type === "CallExpression") {
    const [first, second] = given as unknown[];
    const isMethod =
      isNode(callee) && callee.type === "MemberExpression" && compiling.has(String(nameOf(callee)));
    if (nameOf(callee) !== "RegExp" && !(isMethod && isNode(first) && first.type === "TemplateLiteral")) {
      const isText = isMethod && textOf(first) !== undefined;
      return isText ? { source: textOf(first) as string, flags: "" } : undefined;
    }
    const source = textOf(first);
    const flags = second === undefined ? "" : textOf(second);
    return source === undefined || flags === undefined ? "composed" : { source, flags };
  }
  // The keyword `pattern` of a JSON Schema.
  const source = node.type === "Property" && nameOf(key) === "pattern" ? textOf(value) : undefined;
  return source === undefined ? undefined : { source, flags: "u" };
}

/**
 * Finds the regular expressions of a source in its syntax tree: literals, `RegExp` with texts, texts that `match` compiles,
 * and the `pattern` of JSON Schemas.
 *
 * @param path where the source is, for places
 * @param text its TypeScript or JavaScript
 */
export function readPatterns(path: string, text: string): Patterns {
  const written: Pattern[] = [];
  const composed: Composed[] = [];
  const lang = /\.[cm]?js$/.test(path) ? "js" : "ts";
  for (const node of walk(parseAst(text, { lang }, path) as unknown as Node)) {
    const one = found(node);
    if (one === undefined) continue;
    const { start, end } = node as unknown as { start: number; end: number };
    const place = `${path}:${text.slice(0, start).split("\n").length}`;
    if (one === "composed") composed.push({ text: text.slice(start, end), place });
    else written.push({ ...one, place });
  }
  return { written, composed };
}
