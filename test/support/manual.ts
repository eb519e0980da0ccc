import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type Block, blocksOf, headingsOf, linksOf, sectionOf } from "./markdown.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** A page of the manual. */
export interface Page {
  /** From the root of the project, `docs/errors.md`. */
  path: string;
  text: string;
}

/** The manual: the README, which is its door, and the pages of `docs`. */
export const pages: readonly Page[] = ["README.md", ...globSync("docs/*.md", { cwd: root }).sort()]
  .map(path => path.replaceAll("\\", "/"))
  .map(path => ({ path, text: read(path) }));

/** The text of all pages. */
export const manual: string = pages.map(({ text }) => text).join("\n");

/** The TypeScript of all pages: modules that may import each other. */
export const manualModules: readonly Block[] = pages
  .flatMap(({ text }) => blocksOf(text))
  .filter(({ language }) => language === "ts");

/**
 * Finds what stands under a heading, on whatever page it is.
 *
 * @throws Error when no page has the heading, or more than one
 */
export function sectionOfManual(heading: string): string {
  const found = pages.filter(({ text }) => headingsOf(text).includes(heading));
  const [page] = found;
  if (page === undefined || found.length > 1) {
    throw new Error(`The heading "${heading}" is on ${found.length} pages, not on one`);
  }
  return sectionOf(page.text, heading);
}

/** The command that bundles a handler, as the manual has its readers run it. */
export function bundleCommand(): string {
  const command = blocksOf(manual).find(({ code }) => code.startsWith("npx esbuild handler.ts"));
  if (command === undefined) throw new Error("The manual has no command for bundling");
  return command.code.trim();
}

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

/** Where a relative link leads: a path from the root of the project, and an anchor or nothing. */
function targetOf(link: string, from: string): { path: string; anchor: string | undefined } {
  const [path = "", anchor] = link.split("#");
  return { path: path === "" ? from : relative(root, join(root, dirname(from), path)), anchor };
}

/** Lists the files and folders of the project that a document links to, from the root. */
export const linkedFrom = (path: string): string[] =>
  linksOf(read(path))
    .filter(link => !link.startsWith("https://"))
    .map(link => targetOf(link, path).path.replaceAll("\\", "/"));

/** Lists the links of a document that lead to no file of the project, or to no heading in it. */
export function brokenLinks(from: string): string[] {
  return linksOf(read(from)).filter(link => {
    if (link.startsWith("https://")) return false;
    const { path, anchor } = targetOf(link, from);
    if (!existsSync(join(root, path))) return true;
    return anchor !== undefined && !headingsOf(read(path)).map(anchorOf).includes(anchor);
  });
}
