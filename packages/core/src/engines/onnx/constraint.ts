/** Holds one output to a form, token by token. */
export interface Constraint {
  /** Works out what may come next. To be called before `allows` and `restrict`. */
  prepare(): Promise<void>;
  allows(token: number): boolean;
  /** Gives tokens that may not come next a logit of -Infinity. What is left must still be asked about with `allows`, and most is allowed. */
  restrict(logits: Float32Array): void;
  /** Goes on behind a token that was allowed; true when the output is complete and nothing can follow. */
  accept(token: number): boolean;
  dispose(): void;
}
