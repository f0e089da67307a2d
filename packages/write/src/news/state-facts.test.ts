import { describe, expect, it } from 'vitest';
import { findConflicts } from './find-conflicts.ts';
import { stateFact, stateFacts } from './state-facts.ts';
import type { NewsFact } from './news-fact.ts';

const fact = (fields: Partial<NewsFact>): NewsFact => ({ id: 'f', what: 'opened', required: false, ...fields });

describe('stateFact', () => {
  it.each([
    [{ who: 'the council', what: 'approved a line', when: 'May 3', where: 'Port Hale' }, 'The council approved a line in Port Hale on May 3.'],
    [{ who: 'Work', what: 'starts', when: 'September 2027', why: 'the bank must be secured' }, 'Work starts in September 2027 because the bank must be secured.'],
    [{ who: 'Work', what: 'stopped', when: 'last Friday', where: 'near the port', why: 'high waves' }, 'Work stopped near the port last Friday because of high waves.'],
    [{ who: 'The school', what: 'raised money', number: '41,500 euros' }, 'The school raised money (41,500 euros).'],
    [{ who: 'The school', what: 'raised 41,500 euros', number: '41500' }, 'The school raised 41,500 euros.'],
    [{ who: 'The bridge', what: 'The bridge is open' }, 'The bridge is open.'],
    [{ what: 'Rain fell all night' }, 'Rain fell all night.'],
  ])('says %j in English', (fields, text) => {
    expect(stateFact(fact(fields), 'en')).toBe(text);
  });

  it.each([
    [{ who: '市政府', what: '启用新桥', when: '5月3日', where: '滨江区' }, '市政府5月3日在滨江区启用新桥。'],
    [{ who: '东湖小区', what: '将停水8小时', when: '11月30日', why: '为更换老旧管道' }, '东湖小区11月30日为更换老旧管道将停水8小时。'],
    [{ who: '新馆', what: '新馆每天接待读者3000人次', why: '周边有四所学校' }, '新馆每天接待读者3000人次，原因是周边有四所学校。'],
  ])('says %j in Chinese', (fields, text) => {
    expect(stateFact(fact(fields), 'zh')).toBe(text);
  });

  it('joins what is said of one subject, and lets a reason end its sentence', () => {
    const facts = [fact({ id: '1', who: 'It', what: 'costs 5 euros' }), fact({ id: '2', who: 'It', what: 'has 11 stops', why: 'people asked' }), fact({ id: '3', who: 'It', what: 'opens in May' })];
    expect(stateFacts(facts, 'en').map(({ text }) => text)).toEqual(['It costs 5 euros and has 11 stops because people asked.', 'It opens in May.']);
    expect(stateFacts(facts.map((one) => ({ ...one, who: '它', why: undefined })), 'zh')[0]?.facts).toHaveLength(3);
  });
});

describe('findConflicts', () => {
  it('finds another number, or another date, for the same', () => {
    const [one, two] = [fact({ id: '1', who: 'The line', what: 'will cost 84 million euros' }), fact({ id: '2', who: 'the line', what: 'will cost 96 million euros' })];
    expect(findConflicts([one, two])).toMatchObject([{ kept: { id: '1' }, left: { id: '2' }, values: ['84 million', '96 million'] }]);
    expect(findConflicts([fact({ who: '新馆', what: '开馆', when: '5月3日' }), fact({ who: '新馆', what: '开馆', when: '5月8日' })])).toHaveLength(1);
    expect(findConflicts([fact({ who: '火灾', what: '造成3人受伤' }), fact({ who: '火灾', what: '造成5人受伤' })])).toHaveLength(1);
  });

  it('takes different things for what they are', () => {
    expect(findConflicts([fact({ who: 'The line', what: 'will cost 84 million euros' }), fact({ who: 'The line', what: 'will have 11 stops' })])).toEqual([]);
    expect(findConflicts([fact({ who: 'The shop', what: 'sold 3 books', when: 'Monday' }), fact({ who: 'The shop', what: 'sold 5 books', when: 'Tuesday' })])).toEqual([]);
    expect(findConflicts([fact({ who: 'A', what: 'sold 3 books' }), fact({ who: 'B', what: 'sold 5 books' })])).toEqual([]);
    expect(findConflicts([fact({ who: 'A', what: 'sold 1,200 books' }), fact({ who: 'A', what: 'sold 1200 books' })])).toEqual([]);
  });
});
