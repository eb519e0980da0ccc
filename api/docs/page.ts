/** What the page's HTML is made of. */
export interface PageParts {
  title: string;
  /** The address of the OpenAPI document. */
  openapi: string;
  /** What the address of every asset begins with. */
  assets: string;
  /** Keys the assets, so that they can be cached for long. */
  version: string;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, char => entities[char] as string);

/**
 * The page, with nothing inline that its policy would have to allow.
 *
 * @param parts the title and the addresses, not yet escaped
 */
export function pageHtml({ title, openapi, assets, version }: PageParts): string {
  const asset = (name: string): string => escapeHtml(`${assets}${name}?v=${version}`);
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escapeHtml(title)}</title>
    <link rel="icon" href="${asset("icon.svg")}" type="image/svg+xml">
    <link rel="stylesheet" href="${asset("swagger-ui.css")}">
    <link rel="stylesheet" href="${asset("style.css")}">
  </head>
  <body>
    <div id="docs"><p>Loading…</p></div>
    <p id="note" role="status"></p>
    <noscript><p>This page needs JavaScript. <a href="${escapeHtml(openapi)}">The OpenAPI document</a> does not.</p></noscript>
    <script src="${asset("swagger-ui-bundle.js")}"></script>
    <script src="${asset("script.js")}" data-openapi="${escapeHtml(openapi)}"></script>
  </body>
</html>
`;
}
