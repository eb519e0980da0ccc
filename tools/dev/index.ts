export type { Authorizer, IamCaller } from "../emulator/authorizer.ts";
export type { RequestLog } from "./log.ts";
export type { EventOf, Handler, ServeSource } from "./routes.ts";
export { type Running, runUntilSignal } from "./runUntilSignal.ts";
export { type DevServer, type ServeOptions, serve } from "./serve.ts";
