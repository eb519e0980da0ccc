/**
 * Runs a test with one seed after the other, and names the seed where it fails, so that it can be run again with that one:
 * `SEED=17` in the environment runs no other.
 *
 * @param runs how many seeds
 * @param test what is to hold with each
 * @throws Error with the seed, and what was thrown as its `cause`
 * @example
 * await eachSeed(100, async seed => {
 *   const app = testApp({ orders }, { seed, faults: { crash: 0.1, duplicate: 0.1 } });
 * });
 */
export async function eachSeed(runs: number, test: (seed: number) => unknown): Promise<void> {
  const { SEED } = process.env;
  const seeds = SEED === undefined ? Array.from({ length: runs }, (_, index) => index + 1) : [Number(SEED)];
  for (const seed of seeds) {
    try {
      await test(seed);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`With seed ${seed} (SEED=${seed} runs it alone): ${message}`, { cause });
    }
  }
}
