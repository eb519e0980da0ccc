/** One try of one request: what it asks a store for, and by what it is known there. */
export interface Claim {
  /** Stands for the key, its caller and its scope: 64 hexadecimal digits. */
  readonly id: string;
  /** Stands for the request: 64 hexadecimal digits. */
  readonly fingerprint: string;
  /** Stands for this try; no other has it. */
  readonly owner: string;
  /** The time of the claim, in milliseconds since 1970. */
  readonly now: number;
  /** When the claim ends by itself, in milliseconds since 1970: a function that crashed leaves nothing else behind. */
  readonly expires: number;
}

/** What a store has by an id: a response, or the claim of a request that is in flight. */
export interface IdempotencyRecord {
  /** Of the request that made the record. */
  readonly fingerprint: string;
  /** The response, as text; not there while the request is in flight. */
  readonly response?: string | undefined;
}

/**
 * Where claims and responses are kept. Each of the three is one conditional write, so that any database will do that has
 * those. A record whose time is up counts as gone.
 */
export interface IdempotencyStore {
  /**
   * Writes the claim where there is no record of its id, or one whose `expires` is not after `claim.now`. Of any number
   * of claims at the same time one succeeds.
   *
   * @returns `undefined` when the claim is written, else the record that is in its way
   */
  claim(claim: Claim): Promise<IdempotencyRecord | undefined>;
  /**
   * Puts the response in the place of the claim, unless the record is another owner's by now; then nothing happens.
   *
   * @param expires when the response is forgotten, in milliseconds since 1970
   */
  complete(claim: Claim, response: string, expires: number): Promise<void>;
  /** Removes the claim, unless the record is another owner's by now; then nothing happens. */
  release(claim: Claim): Promise<void>;
}
