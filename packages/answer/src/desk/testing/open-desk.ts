import { createKnowledge } from '../../knowledge/knowledge.ts';
import { createServiceDesk } from '../create-service-desk.ts';
import type { ServiceDesk, ServiceDeskOptions } from '../create-service-desk.ts';
import { fakeAnswer } from './fake-answer.ts';
import { SHOP_FAQ, SHOP_GUIDE, SHOP_INTENTS, SHOP_POLICIES, SHOP_SLOTS } from './shop.ts';

/** The desk of the tea shop, whose documents have no answers unless a test gives it some. */
export async function openDesk(options: Partial<ServiceDeskOptions> = {}): Promise<ServiceDesk> {
  const knowledge = await createKnowledge([{ source: 'faq.json', text: JSON.stringify(SHOP_FAQ) }, { source: 'guide.txt', text: SHOP_GUIDE }]);
  return createServiceDesk({ knowledge, intents: SHOP_INTENTS, slots: SHOP_SLOTS, policies: SHOP_POLICIES, answer: fakeAnswer([]).answer, ...options });
}
