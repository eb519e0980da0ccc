import { defineMiddleware, type Hook, type Middleware, tidy } from "../src/core/middleware.ts";

/**
 * What the docs page reads of another package when it is asked for, by the package. No bundler sees it: `tsverless build` takes
 * these files along.
 */
const docsFiles: Readonly<Record<string, readonly string[]>> = {
  "swagger-ui-dist": ["package.json", "swagger-ui-bundle.js", "swagger-ui.css", "LICENSE", "NOTICE"],
};

/** Keeps the page out of the document that it shows, and says what it reads. */
export const docsMiddleware = (onError: Hook): Middleware =>
  tidy(
    defineMiddleware({
      name: "docs",
      openapi: () => ({ operation: { hidden: true }, files: docsFiles }),
      onError,
    }),
  );
