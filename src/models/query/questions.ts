/** That some fields hold together what a statement of the same database selects: only the engine that made it reads it. */
export interface WithinSelect {
  fields: readonly string[];
  select: unknown;
}

/** What a condition stands for. */
export interface Question {
  /** As it was asked, in plain data. */
  readonly asked: unknown;
  /** What answers it where one statement can, in the place of the condition; else that does. */
  readonly within?: WithinSelect;
}

const questions: WeakMap<object, Question> = /* @__PURE__ */ new WeakMap();

/**
 * Notes what a condition stands for. One of keys that were found for a question is another each time that they are looked up,
 * while the question, to which cursors belong, stays.
 */
export function pose<C extends object>(condition: C, question: Question): C {
  questions.set(condition, question);
  return condition;
}

/** What a condition stands for; `undefined` where that is what it says. */
export const questionOf = (condition: object): Question | undefined => questions.get(condition);
