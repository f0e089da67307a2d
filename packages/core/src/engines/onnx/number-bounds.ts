import type { JsonSchema } from '../../engine.ts';

// Enough for every double, and an end to a model that writes threes for ever.
const MOST_DIGITS = 17;

/** Whether a number that begins with `text` can still keep the bounds of a schema of type `number` or `integer`. */
export function canBecome(text: string, schema: JsonSchema): boolean {
  const [, sign = '', whole = '', , fraction, exponent] = /^(-?)(\d*)(\.(\d*))?(?:[eE][+-]?(\d*))?$/.exec(text) ?? [];
  const isInteger = schema['type'] === 'integer';
  const bounds = readBounds(schema, isInteger);
  if (exponent !== undefined) return !isInteger && !bounds.some && exponent.length <= 2;
  const digits = whole + (fraction ?? '');
  const places = fraction?.length ?? 0;
  if (digits.length > MOST_DIGITS || (fraction !== undefined && (isInteger || (places === 0 && digits.length === MOST_DIGITS)))) return false;
  const meets = (low: number, high: number, open: boolean): boolean => (sign === '' ? overlaps(bounds, low, high, open, false) : overlaps(bounds, -high, -low, false, open));
  // A minimum of 0 would allow -0, which no one wants.
  if (whole === '') return sign === '' || (bounds.least < 0 && bounds.above < 0 && [...'0123456789'].some((digit) => canBecome(`-${digit}`, schema)));
  const more = isInteger || digits.length === MOST_DIGITS ? 0n : 1n;
  if (meets(Number(`${digits}e-${places}`), Number(`${BigInt(digits) + more}e-${places}`), more === 1n)) return true;
  if (fraction !== undefined || whole === '0') return false;
  // More digits may follow: 12 can become 120 to 129.99, 1200 to 1299.99 and so on.
  return Array.from({ length: MOST_DIGITS - whole.length }, (_, index) => index + 1).some((power) => {
    const low = BigInt(whole) * 10n ** BigInt(power);
    return meets(Number(low), Number(low + 10n ** BigInt(power)) - (isInteger ? 1 : 0), !isInteger);
  });
}

/** Whether the number is whole and keeps the bounds. */
export function isWithin(text: string, schema: JsonSchema): boolean {
  const value = Number(text);
  return text.length > 0 && /\d$/.test(text) && overlaps(readBounds(schema, schema['type'] === 'integer'), value, value, false, false);
}

interface Bounds {
  least: number;
  above: number;
  most: number;
  below: number;
  /** Whether the schema names any. */
  some: boolean;
}

function readBounds({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: JsonSchema, isInteger: boolean): Bounds {
  const number = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);
  const [least, above, most, below] = [number(minimum, -Infinity), number(exclusiveMinimum, -Infinity), number(maximum, Infinity), number(exclusiveMaximum, Infinity)];
  const reals = { least, above, most, below };
  const integers = {
    least: Math.max(Number.MIN_SAFE_INTEGER, Math.ceil(least), Math.floor(above) + 1),
    above: -Infinity,
    most: Math.min(Number.MAX_SAFE_INTEGER, Math.floor(most), Math.ceil(below) - 1),
    below: Infinity,
  };
  return {
    ...(isInteger ? integers : reals),
    some: [minimum, exclusiveMinimum, maximum, exclusiveMaximum].some((bound) => typeof bound === 'number'),
  };
}

/** Whether a number from low to high, the ends out of it where they are open, keeps the bounds. */
function overlaps({ least, above, most, below }: Bounds, low: number, high: number, highOpen: boolean, lowOpen: boolean): boolean {
  if (least > most || above >= most || least >= below || above >= below) return false;
  const reaches = highOpen ? high > least : high >= least;
  const begins = lowOpen ? low < most : low <= most;
  return reaches && begins && (high > above || above === -Infinity) && (low < below || below === Infinity);
}
