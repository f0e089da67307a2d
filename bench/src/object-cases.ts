import { z } from 'zod';

export interface ObjectCase {
  name: string;
  schema: z.ZodType;
  /** One prompt an object. */
  prompts: string[];
}

const PEOPLE = ['Ada Brown', 'Li Wei', 'Tom Carter', 'Sofia Rossi', 'Ken Sato', 'Mina Park', 'Oscar Nilsson', 'Priya Rao', 'Jan Novak', 'Lucy Green'];
const CITIES = ['Lisbon', 'Oslo', 'Chengdu', 'Boston', 'Naples', 'Osaka', 'Prague', 'Pune', 'Leeds', 'Busan'];
const THINGS = ['desk lamp', 'office chair', 'water bottle', 'rain jacket', 'coffee grinder', 'bike pump', 'notebook', 'tent', 'phone case', 'backpack'];
const DISHES = ['tomato soup', 'fried rice', 'pancakes', 'green curry', 'apple pie', 'lentil stew', 'omelette', 'noodle salad', 'pumpkin bread', 'mushroom risotto'];
const 姓名 = ['王芳', '李强', '张敏', '刘洋', '陈静', '杨帆', '赵磊', '黄丽', '周杰', '吴娜'];
const 职业 = ['教师', '医生', '程序员', '厨师', '记者', '律师', '司机', '画家', '护士', '农民'];

/** Each schema with the texts its objects are read from or made for: what a user of a small model would ask. */
export function makeObjectCases(perCase: number): ObjectCase[] {
  const pick = <T>(list: readonly T[], index: number, step = 1): T => list[(index * step + Math.floor(index / list.length)) % list.length]!;
  const make = (name: string, schema: z.ZodType, prompt: (index: number) => string): ObjectCase => ({
    name,
    schema,
    prompts: Array.from({ length: perCase }, (_, index) => prompt(index)),
  });
  return [
    make(
      'contact, optional keys',
      z.object({ name: z.string().max(60), email: z.string().max(80), phone: z.string().max(30).optional(), company: z.string().max(60).optional() }),
      (index) => `${pick(PEOPLE, index)} wrote from ${pick(PEOPLE, index).toLowerCase().replace(' ', '.')}@example.org${index % 2 ? `, phone 555-01${10 + index}` : ''}. Extract the contact.`,
    ),
    make(
      'order, nested arrays',
      z.object({
        customer: z.object({ name: z.string().max(60), city: z.string().max(60) }),
        items: z.array(z.object({ product: z.string().max(60), quantity: z.int().min(1).max(999), price: z.number().min(0).max(10_000) })).max(4),
        express: z.boolean(),
      }),
      (index) => `${pick(PEOPLE, index)} from ${pick(CITIES, index, 3)} orders ${2 + (index % 4)} of ${pick(THINGS, index)} at ${9.5 + index} euros each and one ${pick(THINGS, index, 7)} at ${20 + index} euros${index % 3 ? '' : ', by express'}. Extract the order.`,
    ),
    make(
      'review, enums',
      z.object({ sentiment: z.enum(['positive', 'neutral', 'negative']), rating: z.int().min(1).max(5), reasons: z.array(z.string().max(80)).max(3) }),
      (index) => `Review: "The ${pick(THINGS, index)} ${index % 2 ? 'broke after two days and the shop never answered' : 'looks great and works every day, delivery was fast'}." Rate the review.`,
    ),
    make(
      '中文键',
      z.object({ 姓名: z.string().max(20), 年龄: z.int().min(0).max(130), 职业: z.string().max(20), 爱好: z.array(z.string().max(20)).max(4), 已婚: z.boolean() }),
      (index) => `${pick(姓名, index)}今年${22 + index}岁，是一名${pick(职业, index, 3)}，${index % 2 ? '已婚' : '未婚'}，喜欢跑步和读书。请提取信息。`,
    ),
    make(
      'event, dates and times',
      z.object({ title: z.string().max(80), date: z.iso.date(), place: z.string().max(60), guests: z.array(z.string().max(60)).max(5), online: z.boolean() }),
      (index) => `${pick(PEOPLE, index)} and ${pick(PEOPLE, index, 3)} meet on 2026-${String(1 + (index % 12)).padStart(2, '0')}-${10 + (index % 18)} in ${pick(CITIES, index)} to plan the ${pick(THINGS, index)} campaign. Extract the event.`,
    ),
    make(
      'shape, union',
      z.object({
        shape: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('circle'), radius: z.number().min(0).max(1000) }),
          z.object({ kind: z.literal('rectangle'), width: z.number().min(0).max(1000), height: z.number().min(0).max(1000) }),
        ]),
        color: z.enum(['red', 'green', 'blue', 'other']),
      }),
      (index) => `Draw a ${['red', 'green', 'blue', 'yellow'][index % 4]} ${index % 2 ? `circle with a radius of ${index + 1} cm` : `rectangle, ${index + 2} cm wide and ${index + 5} cm high`}. Describe the shape.`,
    ),
    make(
      'recipe, deep arrays',
      z.object({
        dish: z.string().max(60),
        servings: z.int().min(1).max(12),
        ingredients: z.array(z.object({ name: z.string().max(40), amount: z.number().min(0).max(5000), unit: z.enum(['g', 'ml', 'piece', 'spoon']) })).min(1).max(4),
        steps: z.array(z.string().max(120)).min(1).max(3),
      }),
      (index) => `Give a short recipe for ${pick(DISHES, index)} for ${1 + (index % 6)} people.`,
    ),
    make(
      'weather, nullable',
      z.object({
        city: z.string().max(60),
        celsius: z.number().min(-60).max(60).nullable(),
        sky: z.enum(['clear', 'cloudy', 'rain', 'snow']),
        wind: z.object({ speed: z.number().min(0).max(400), direction: z.enum(['N', 'E', 'S', 'W']) }).nullable(),
      }),
      (index) => `${pick(CITIES, index)}: ${index % 3 ? `${index - 5} degrees` : 'no temperature reported'}, ${index % 2 ? 'rain' : 'clear sky'}, ${index % 4 ? `wind from the north at ${index + 3} km/h` : 'no wind measured'}. Extract the report.`,
    ),
    make(
      'ticket, patterns',
      z.object({ id: z.string().regex(/^[A-Z]{3}-[0-9]{4}$/), priority: z.enum(['low', 'normal', 'high']), tags: z.array(z.enum(['billing', 'login', 'crash', 'other'])).max(2), owner: z.union([z.string().max(60), z.null()]) }),
      (index) => `Ticket ABC-${1000 + index * 37}: the app ${index % 2 ? 'crashes at start' : 'does not accept my password'}. ${index % 3 ? `${pick(PEOPLE, index)} takes care of it.` : 'Nobody takes care of it yet.'} Extract the ticket.`,
    ),
    make(
      'quiz, fixed lengths',
      z.object({ topic: z.string().max(40), questions: z.array(z.object({ question: z.string().max(120), options: z.array(z.string().max(40)).length(3), answer: z.int().min(0).max(2) })).length(2) }),
      (index) => `Write a quiz of two questions about ${pick(CITIES, index)}, with three options each.`,
    ),
  ];
}
