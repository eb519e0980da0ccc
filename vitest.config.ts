import { fileURLToPath } from "node:url";
import { defineConfig, type ViteUserConfig } from "vitest/config";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const config: ViteUserConfig = defineConfig({
  resolve: {
    alias: [
      { find: /^tsverless$/, replacement: here("./src/index.ts") },
      { find: /^tsverless\/(middlewares|generics)\/(.+)$/, replacement: here("./$1/$2.ts") },
      { find: /^tsverless\/api$/, replacement: here("./generics/api.ts") },
      {
        find: /^tsverless\/(errors|rules|settings|idempotency\/.+|models\/.+|schema\/.+)$/,
        replacement: here("./src/$1.ts"),
      },
      { find: /^tsverless\/(.+)$/, replacement: here("./src/$1/index.ts") },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    reporters: ["default", "./test/support/closingLine.ts"],
    // Most of the time of most files is waiting, for a database or another process.
    maxWorkers: "100%",
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

export default config;
