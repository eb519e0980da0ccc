/**
 * Imports a bundle and invokes its handler once, in a fresh process. Prints two times in milliseconds since the import
 * began: when it was done, and when the first response was there.
 */
import { contextOf } from "./context.ts";

const [, , path, event] = process.argv as [string, string, string, string];
const given: unknown = JSON.parse(event);
const start = performance.now();
const { handler } = (await import(path)) as { handler(event: unknown, context: object): Promise<unknown> };
const imported = performance.now() - start;
await handler(given, contextOf());
console.log(JSON.stringify([imported, performance.now() - start]));
