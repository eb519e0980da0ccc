/** Something that is to happen at a moment. */
export interface Timer {
  readonly at: number;
  /** It happens no more. */
  cancel(): void;
}

interface Entry extends Timer {
  readonly order: number;
  readonly isRecurring: boolean;
  act: (() => void) | undefined;
}

/** A clock of one's own: it stands still until somebody moves it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /**
   * Has something done at a moment; at once, in its turn, where that is past. What is due at the same moment happens in the order in
   * which it was asked for.
   *
   * @param isRecurring whether it comes back for ever, as a schedule does, so that nobody waits for it to end
   */
  at(moment: number, act: () => void, isRecurring?: boolean): Timer;
  /** The moment of what comes next: of all, or of what does not come back for ever. */
  nextAt(withRecurring: boolean): number | undefined;
  /** Moves to the moment of what comes next, and does it. */
  step(): void;
  /** Moves to a moment, before which nothing is due. */
  moveTo(moment: number): void;
}

const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/**
 * Makes a clock.
 *
 * @param start the moment that it shows at first, in milliseconds since 1970
 */
export function virtualClock(start: number): Clock {
  /** A binary heap: what comes next is at its top. What was cancelled stays until it is there, or too much of it has gathered. */
  let heap: Entry[] = [];
  let now = start;
  let asked = 0;
  let cancelled = 0;
  let finite = 0;

  function up(from: number): void {
    let index = from;
    const entry = heap[index] as Entry;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(entry, heap[parent] as Entry)) break;
      heap[index] = heap[parent] as Entry;
      index = parent;
    }
    heap[index] = entry;
  }

  function down(from: number): void {
    let index = from;
    const entry = heap[index] as Entry;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry, heap[child] as Entry)) child++;
      if (!isBefore(heap[child] as Entry, entry)) break;
      heap[index] = heap[child] as Entry;
      index = child;
    }
    heap[index] = entry;
  }

  function dropTop(): void {
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    down(0);
  }

  function top(): Entry | undefined {
    while (heap[0] !== undefined && heap[0].act === undefined) {
      cancelled--;
      dropTop();
    }
    return heap[0];
  }

  function sweep(): void {
    heap = heap.filter(({ act }) => act !== undefined);
    for (let index = (heap.length >> 1) - 1; index >= 0; index--) down(index);
    cancelled = 0;
  }

  return {
    now: () => now,
    at(moment, act, isRecurring = false) {
      const entry: Entry = {
        at: Math.max(moment, now),
        order: asked++,
        isRecurring,
        act,
        cancel() {
          if (entry.act === undefined) return;
          entry.act = undefined;
          if (!isRecurring) finite--;
          if (++cancelled > 1000 && cancelled > heap.length / 2) sweep();
        },
      };
      if (!isRecurring) finite++;
      heap.push(entry);
      up(heap.length - 1);
      return entry;
    },
    nextAt: withRecurring => (withRecurring || finite > 0 ? top()?.at : undefined),
    step() {
      const entry = top();
      if (entry === undefined) return;
      dropTop();
      now = Math.max(now, entry.at);
      const { act } = entry;
      entry.act = undefined;
      if (!entry.isRecurring) finite--;
      act?.();
    },
    moveTo(moment) {
      now = Math.max(now, moment);
    },
  };
}
