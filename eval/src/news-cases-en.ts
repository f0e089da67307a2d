import type { NewsCase } from './news-cases.ts';

/** Written for this project; nobody and nothing in them exists. `key`: what a text must have, letter for letter, to state the fact; one of several where they are in a list. */
export const englishCases: readonly NewsCase[] = [
  {
    id: 'tram',
    input: {
      dateline: { place: 'Port Hale', date: '2026-05-04' },
      facts: [
        { id: '1', who: 'The Port Hale city council', what: 'approved a new tram line to the harbour', when: '2026-05-03' },
        { id: '2', who: 'The tram line', what: 'will cost 84 million euros' },
        { id: '3', who: 'The tram line', what: 'will have 11 stops' },
        { id: '4', who: 'Construction', what: 'will start', when: '2027-09', why: 'the river bank must be secured first' },
        { id: '5', who: 'Anna Holt', what: 'spoke after the vote', quote: { text: 'We have waited nine years for this line.', speaker: 'Anna Holt, the mayor' } },
      ],
    },
    keys: { 1: ['tram line'], 2: ['84 million'], 3: ['11'], 4: ['September 2027'], 5: ['We have waited nine years for this line'] },
  },
  {
    id: 'fire',
    input: {
      facts: [
        { id: '1', who: 'A fire', what: 'destroyed the paint shop of the Kessler furniture factory', when: '2026-06-14T02:00', where: 'Norden' },
        { id: '2', who: 'Sixty-two firefighters', what: 'fought the blaze with nine engines' },
        { id: '3', who: 'The fire', what: 'was out at 6:30 a.m.' },
        { id: '4', who: 'Nobody', what: 'was hurt' },
        { id: '5', who: 'The damage', what: 'is put at 1.8 million euros' },
        { id: '6', who: 'Jonas Kessler', what: 'owns the factory', quote: { text: 'The workshop stands, and that is what counts.', speaker: 'Jonas Kessler' } },
      ],
    },
    keys: { 1: ['Kessler'], 2: ['ixty-two', '62'], 3: ['6:30'], 4: ['hurt', 'injur'], 5: ['1.8 million'], 6: ['The workshop stands, and that is what counts'] },
  },
  {
    id: 'library',
    input: {
      facts: [
        { id: '1', who: 'Riverside Library', what: 'will open on Sundays', when: 'from 4 October 2026', why: 'many parents asked for it' },
        { id: '2', who: 'Riverside Library', what: 'lent 41,200 books last year' },
        { id: '3', who: 'Riverside Library', what: 'bought 3,000 new books for children' },
        { id: '4', who: 'Sunday hours', what: 'run from 10 a.m. to 3 p.m.' },
      ],
    },
    keys: { 1: ['October 4'], 2: ['41,200'], 3: ['3,000'], 4: ['10 a.m.'] },
  },
  {
    id: 'earnings',
    input: {
      facts: [
        { id: '1', who: 'Halden Motors', what: 'reported revenue of $412 million for the first quarter, up 12 percent from a year earlier', when: '2026-04-28' },
        { id: '2', who: 'Halden Motors', what: 'earned a net profit of $31.5 million' },
        { id: '3', who: 'The company', what: 'will hire 240 people at its plant in Ostrava' },
        { id: '4', who: 'Priya Raman', what: 'presented the figures', quote: { text: 'Demand for small motors is stronger than we expected.', speaker: 'Priya Raman, the chief financial officer' } },
      ],
    },
    keys: { 1: ['$412 million'], 2: ['31.5 million'], 3: ['240'], 4: ['Demand for small motors is stronger than we expected'] },
  },
  {
    id: 'football',
    input: {
      facts: [
        { id: '1', who: 'Larkfield United', what: 'beat Stonebridge Rovers 3-1', when: '2026-03-21', where: 'Larkfield' },
        { id: '2', who: 'Tom Adeyemi', what: 'scored two goals' },
        { id: '3', who: 'The match', what: 'drew 18,450 spectators' },
        { id: '4', who: 'Larkfield United', what: 'is now fourth in the table with 52 points' },
      ],
    },
    keys: { 1: ['Stonebridge Rovers'], 2: ['Adeyemi'], 3: ['18,450'], 4: ['52'] },
  },
  {
    id: 'strike',
    input: {
      facts: [
        { id: '1', who: 'Bus drivers', what: 'will strike for 24 hours', when: '2026-11-30', where: 'Corran', why: 'talks on pay have failed' },
        { id: '2', who: 'The union', what: 'demands a raise of 6 percent' },
        { id: '3', who: 'The bus company', what: 'has offered 2.5 percent' },
        { id: '4', who: 'School buses', what: 'are not affected' },
      ],
    },
    keys: { 1: ['24 hours', '24-hour'], 2: ['6 percent'], 3: ['2.5 percent'], 4: ['chool buses'] },
  },
  {
    id: 'weather',
    input: {
      facts: [
        { id: '1', who: 'A storm', what: 'cut power to 7,300 homes', when: 'Tuesday night', where: 'the Fenwick valley' },
        { id: '2', who: 'Winds', what: 'reached 118 kilometres an hour' },
        { id: '3', who: 'Crews', what: 'restored power to 5,900 homes by Wednesday noon' },
      ],
    },
    keys: { 1: ['7,300'], 2: ['118'], 3: ['5,900'] },
  },
  {
    id: 'museum',
    input: {
      facts: [
        { id: '1', who: 'The Maritime Museum', what: 'has recovered a ship’s bell of 1794', when: '2026-08-12', where: 'Gull Bay' },
        { id: '2', who: 'Divers', what: 'found the bell at a depth of 23 metres' },
        { id: '3', who: 'The bell', what: 'weighs 41 kilograms' },
        { id: '4', who: 'Ingrid Sund', what: 'leads the restoration', quote: { text: 'It still rings, and it rings true!', speaker: 'Ingrid Sund, a restorer' } },
        { id: '5', who: 'The bell', what: 'will be on show from spring 2027' },
      ],
    },
    keys: { 1: ['1794'], 2: ['23 metres'], 3: ['41 kilograms'], 4: ['It still rings, and it rings true!'], 5: ['2027'] },
  },
  {
    id: 'short',
    input: { length: { characters: 100 }, facts: [{ id: '1', who: 'The ferry to Skarsholm', what: 'is cancelled', when: 'Friday', why: 'high waves' }] },
    keys: { 1: ['Skarsholm'] },
  },
  {
    id: 'notes',
    input: {
      notes:
        '- Ashby school board, Monday: new gym approved, 5 votes to 2\n- Cost: 2.4 million dollars, paid from the 2025 bond\n- Building starts in July 2026.\n- The old gym was built in 1961 and has no heating.\n“Our pupils have trained in coats long enough,” said Lea Brandt, the head teacher.',
    },
    keys: { n1: ['5'], n2: ['2.4 million'], n3: ['July 2026'], n4: ['1961'], n5: ['Our pupils have trained in coats long enough'] },
  },
];
