import { readLimit, runModels, type Flags } from './evaluation.ts';
import { measureStories } from './measure-story.ts';

/** Stories by every model; returns what is wrong with the flags, if anything is. */
export async function evaluateStory({ model: models, limit: most, show }: Pick<Flags, 'model' | 'limit' | 'show'>): Promise<string | undefined> {
  const limit = readLimit(most);
  if (typeof limit === 'string') return limit;
  await runModels('Stories', models, (model) => measureStories(model, limit, Number(show)));
  return undefined;
}
