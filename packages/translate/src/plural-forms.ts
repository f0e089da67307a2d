const order = ['zero', 'one', 'two', 'few', 'many', 'other'] as const;
const cache = new Map<string, string[]>();

/**
 * The plural categories a language uses for whole numbers, in CLDR's order. "many" of French or Spanish, for a million and more alone, is left to
 * "other", as the programs that read these files do.
 */
export function pluralCategories(language: string, type: 'cardinal' | 'ordinal' = 'cardinal'): string[] {
  const key = `${language} ${type}`;
  const known = cache.get(key);
  if (known) return known;
  const rules = rulesOf(language, type);
  const used = new Set<string>();
  for (let count = 0; count <= 200; count++) used.add(rules.select(count));
  const categories = order.filter((category) => used.has(category));
  cache.set(key, categories);
  return categories;
}

function rulesOf(language: string, type: 'cardinal' | 'ordinal'): Intl.PluralRules {
  try {
    return new Intl.PluralRules(language, { type });
  } catch {
    // A name that is no language tag has the rules most languages have.
    return new Intl.PluralRules('en', { type });
  }
}

/** The rule gettext evaluates for a language, by its categories: written once for each rule that several languages share. */
export function gettextPlurals(language: string): string | undefined {
  const base = language.split(/[-_]/)[0]!.toLowerCase();
  const count = pluralCategories(language).length;
  if (count === 1) return 'nplurals=1; plural=0;';
  const slavic = 'n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2';
  if (['ru', 'uk', 'be', 'sr', 'hr', 'bs'].includes(base)) return `nplurals=3; plural=(${slavic});`;
  if (base === 'pl') return 'nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);';
  if (base === 'cs' || base === 'sk') return 'nplurals=3; plural=(n==1 ? 0 : n>=2 && n<=4 ? 1 : 2);';
  if (base === 'ar') return 'nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);';
  if (count !== 2) return undefined;
  const zeroIsOne = new Intl.PluralRules(language).select(0) === 'one';
  return `nplurals=2; plural=(n ${zeroIsOne ? '> 1' : '!= 1'});`;
}
