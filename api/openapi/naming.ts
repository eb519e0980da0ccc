import type { OperationKind } from "../../src/core/operationMetadata.ts";

/** `BlogPost` and `blog_post` as words: `blog post`. */
export function wordsOf(name: string): string {
  return name
    .replace(/(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, " ")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()
    .toLowerCase();
}

/** A name as a type is called: `blogPost` is `BlogPost`. */
export function pascal(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map(part => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");
}

const article = (noun: string): string => `${/^(?:[aeio]|u(?!ni|s[aeiu]))/.test(noun) ? "an" : "a"} ${noun}`;

function plural(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(?:s|x|z|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}

const sentences: Record<OperationKind["verb"], (noun: string) => string> = {
  create: noun => `Create ${article(noun)}`,
  retrieve: noun => `Get ${article(noun)}`,
  update: noun => `Update ${article(noun)}`,
  delete: noun => `Delete ${article(noun)}`,
  list: noun => `List ${plural(noun)}`,
  createMany: noun => `Create many ${plural(noun)}`,
  updateMany: noun => `Update many ${plural(noun)}`,
  deleteMany: noun => `Delete many ${plural(noun)}`,
  restore: noun => `Restore ${article(noun)}`,
};

/** One line that says what a handler does, where nobody said it. */
export function summaryOf(kind: OperationKind | undefined, name: string): string {
  if (kind !== undefined) return sentences[kind.verb](wordsOf(kind.model.name));
  const words = wordsOf(name);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
