/** A fenced block of code. */
export interface Block {
  language: string;
  /** What a first line such as `// models.ts` says; otherwise its place in the text. */
  file: string;
  code: string;
  /** The line of the text at which the code begins, from 1. */
  line: number;
}

/** A fenced block: indentation, language, code. */
const fence = /^( *)```(\w*)\n(.*?)^\1```$/gms;

/** Lists the fenced blocks of a Markdown text, in order; one in a list item loses its indentation. */
export function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(fence)].map(({ 1: indent = "", 2: language = "", 3: text = "", index }) => {
    const code = text.replaceAll(new RegExp(`^${indent}`, "gm"), "");
    const line = markdown.slice(0, index).split("\n").length + 1;
    const [, file = `line${line}.ts`] = /^\/\/ ([\w/.-]+\.ts)\n/.exec(code) ?? [];
    return { language, file, code, line };
  });
}

/** The headings of a text, in order, without their marks. */
export const headingsOf = (markdown: string): string[] =>
  [...markdown.replace(fence, "").matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading as string);

/** Where the links and images of a text lead, as written; not those within code. */
export const linksOf = (markdown: string): string[] =>
  [
    ...markdown
      .replace(fence, "")
      .replace(/`[^`\n]*`/g, "")
      .matchAll(/\]\(([^)]+)\)/g),
  ].map(([, link]) => link as string);

/** The text under a heading, up to the next heading of the same or a higher level. */
export function sectionOf(markdown: string, heading: string): string {
  const lines = markdown.replace(fence, "").split("\n");
  const start = lines.findIndex(line => line.replace(/^#+ /, "") === heading && line.startsWith("#"));
  if (start < 0) throw new Error(`There is no heading "${heading}"`);
  const level = /^#+/.exec(lines[start] as string)?.[0].length as number;
  const after = lines.slice(start + 1);
  const end = after.findIndex(line => (/^#+(?= )/.exec(line)?.[0].length ?? 9) <= level);
  return after.slice(0, end < 0 ? undefined : end).join("\n");
}

/** The rows of all tables in a text, without the headers: their cells, trimmed. */
export function rowsOf(text: string): string[][] {
  const lines = text.split("\n");
  return lines
    .filter(
      (line, at) =>
        line.startsWith("|") && !/^\|[\s|:-]+$/.test(line) && !/^\|[\s|:-]+$/.test(lines[at + 1] ?? ""),
    )
    .map(line =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map(cell => cell.trim().replaceAll("\\|", "|")),
    );
}

/** What stands in code marks, in order. */
export const codesIn = (text: string): string[] =>
  [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code as string);
