import { prepareModel } from '@glm-tasks/weights';

/**
 * Runs once before all `*.model.test.ts`: pulls and converts the small model into the ordinary cache and tells the tests
 * where it is. They read `GLM_TASKS_TEST_MODEL` (a converted folder, or empty) and `GLM_TASKS_TEST_MODEL_REASON`.
 */
export async function setup(): Promise<void> {
  let announced = '';
  try {
    const { folder } = await prepareModel('small', {
      onProgress: ({ stage, file }) => {
        const line = `[weights] ${stage} ${file ?? ''}`;
        if (line !== announced) process.stderr.write(`${line}\n`);
        announced = line;
      },
    });
    process.env['GLM_TASKS_TEST_MODEL'] = folder;
    process.env['GLM_TASKS_TEST_MODEL_REASON'] = '';
  } catch (error) {
    process.env['GLM_TASKS_TEST_MODEL'] = '';
    process.env['GLM_TASKS_TEST_MODEL_REASON'] = String(error);
    process.stderr.write(`[weights] not available, so model tests are skipped (and CI fails): ${String(error)}\n`);
  }
}
