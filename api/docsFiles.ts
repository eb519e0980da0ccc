/**
 * What the docs page reads of another package when it is asked for, by the package. No bundler sees it: `tsverless build` takes
 * these files along.
 */
export const docsFiles: Readonly<Record<string, readonly string[]>> = {
  "swagger-ui-dist": ["package.json", "swagger-ui-bundle.js", "swagger-ui.css", "LICENSE", "NOTICE"],
};
