/** The folder of the converted small model, or empty where there are no weights. Set by model-setup.ts. */
export const testModel = process.env['GLM_TASKS_TEST_MODEL'] ?? '';

/** Goes into the titles of tests that need it: says why they are skipped. */
export const whySkipped = testModel === '' ? ` (no weights: ${process.env['GLM_TASKS_TEST_MODEL_REASON'] ?? 'not set up'})` : '';
