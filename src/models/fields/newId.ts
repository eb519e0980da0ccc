import { nodeCrypto } from "../../core/nodeCrypto.ts";

let lastTime = 0;
let counter = 0;
let prefix = "";

/** The time of the next id: it goes on by itself when the clock stands still for longer than the counter lasts, or turns back. */
function tick(): void {
  const now = Date.now();
  if (now > lastTime) lastTime = now;
  else if (counter < 0xfff) {
    counter++;
    return;
  } else lastTime++;
  counter = 0;
  const hex = lastTime.toString(16).padStart(12, "0");
  prefix = `${hex.slice(0, 8)}-${hex.slice(8)}-`;
}

/**
 * A new id: a UUID of version 7 (RFC 9562 section 5.7) with a counter behind the milliseconds, so that objects that one
 * process makes are in the order of their ids, and so are lists that nobody ordered; indexes grow at one end.
 *
 * @example
 * newId(); // "01990a3e-…-7…"
 */
export function newId(): string {
  tick();
  return prefix + (0x7000 + counter).toString(16) + nodeCrypto().randomUUID().slice(18);
}
