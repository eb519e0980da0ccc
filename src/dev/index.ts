export type { Handler } from "./routes.ts";
export { type Running, runUntilSignal } from "./runUntilSignal.ts";
export { type DevServer, type ServeOptions, serve } from "./serve.ts";
