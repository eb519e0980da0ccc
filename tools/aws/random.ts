/** Random numbers that a seed gives again, all of them in the same order. */
export interface Random {
  /** A number of at least 0 and below 1. */
  next(): number;
  /** A whole number of at least 0 and below this one. */
  below(limit: number): number;
  /** True with this probability. Nothing is drawn where it is 0. */
  chance(probability: number): boolean;
  /** This many hexadecimal digits. */
  hex(digits: number): string;
  /** A UUID of version 4. */
  uuid(): string;
}

/**
 * Makes random numbers by a seed (sfc32, which passes PractRand). They are for tests: nobody may take them for secrets.
 *
 * @param seed any whole number
 */
export function seededRandom(seed: number): Random {
  // The states of neighbouring seeds are alike at first, so some numbers are thrown away.
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, seed | 0, Math.floor(seed / 2 ** 32) | 1];
  function bits(): number {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  }
  for (let round = 0; round < 15; round++) bits();

  const next = (): number => bits() / 2 ** 32;
  function hex(digits: number): string {
    let text = "";
    while (text.length < digits) text += bits().toString(16).padStart(8, "0");
    return text.slice(0, digits);
  }
  return {
    next,
    below: limit => Math.floor(next() * limit),
    chance: probability => probability > 0 && next() < probability,
    hex,
    uuid() {
      const text = hex(30);
      const variant = "89ab"[bits() & 3];
      return `${text.slice(0, 8)}-${text.slice(8, 12)}-4${text.slice(12, 15)}-${variant}${text.slice(15, 18)}-${text.slice(18, 30)}`;
    },
  };
}
