import type { Command } from "./shell/command.ts";

/** All commands, in the order of the help. Each is loaded when it is asked for. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  dev: async () => (await import("./commands/dev.ts")).dev,
  routes: async () => (await import("./commands/routes.ts")).routes,
  openapi: async () => (await import("./commands/openapi.ts")).openapi,
  invoke: async () => (await import("./commands/invoke.ts")).invoke,
  replay: async () => (await import("./commands/replay.ts")).replay,
  build: async () => (await import("./commands/build.ts")).build,
  migrate: async () => (await import("./commands/migrate.ts")).migrate,
  compile: async () => (await import("./commands/compile.ts")).compile,
  new: async () => (await import("./commands/new.ts")).newProject,
  "deploy-template": async () => (await import("./commands/deployTemplate.ts")).deployTemplate,
  version: async () => (await import("./commands/version.ts")).version,
};

/** What other tools call the same: who types one of these means the command beside it. */
export const otherWords: Readonly<Record<string, string>> = {
  serve: "dev",
  start: "dev",
  deploy: "deploy-template",
  list: "routes",
  bundle: "build",
  migration: "migrate",
  create: "new",
  init: "new",
  template: "deploy-template",
};
