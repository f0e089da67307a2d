export type Dtype = 'fp32' | 'fp16' | 'q8' | 'int8' | 'uint8' | 'q4' | 'q4f16' | 'bnb4';

/** The kind of model a repository holds: one that goes on with a text, rewrites it, turns it into a vector, or finds answers in it. */
export type ModelTask = 'generate' | 'rewrite' | 'embed' | 'read';

/** The codes by which a model for many languages knows the two that it translates between, such as zho_Hans and eng_Latn. */
export interface Languages {
  from: string;
  to: string;
}

export interface ModelOptions {
  /** A repository of the Hub or a local folder. */
  source: string;
  /** @default what the repository's config says it is */
  task: ModelTask | undefined;
  dtype: Dtype | undefined;
  /** For models that translate between many languages. */
  languages?: Languages | undefined;
  contextLength: number | undefined;
  threads: number;
  /** Undefined for what HF_HUB_OFFLINE says. */
  offline: boolean | undefined;
}
