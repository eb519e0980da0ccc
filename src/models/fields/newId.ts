import { nodeCrypto } from "../../core/nodeCrypto.ts";

let lastTime = 0;
let counter = 0;

/** The id that is being made, in Latin-1: put together as text, each piece would be copied several times. */
const characters: Buffer = /* @__PURE__ */ Buffer.alloc(36, "-");

/** Random bytes in store, eight for each id, as Node's own `randomUUID` keeps them. */
const random: Buffer = /* @__PURE__ */ Buffer.alloc(1024);
let taken = 1024;

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
  characters.write(`${hex.slice(0, 8)}-${hex.slice(8)}-7`, "latin1");
}

function putDigit(at: number, digit: number): void {
  characters[at] = digit + (digit < 10 ? 48 : 87);
}

/** Puts the two digits of a byte. */
function putByte(at: number, byte: number): void {
  putDigit(at, byte >> 4);
  putDigit(at + 1, byte & 0xf);
}

/** The place of eight bytes that no id has yet. */
function nextRandom(): number {
  if (taken === random.length) {
    nodeCrypto().randomFillSync(random);
    taken = 0;
  }
  taken += 8;
  return taken - 8;
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
  putDigit(15, counter >> 8);
  putByte(16, counter & 0xff);
  const from = nextRandom();
  // The two first bits are the variant.
  putByte(19, 0x80 | ((random[from] as number) & 0x3f));
  putByte(21, random[from + 1] as number);
  for (let index = 2; index < 8; index++) putByte(20 + 2 * index, random[from + index] as number);
  return characters.toString("latin1");
}
