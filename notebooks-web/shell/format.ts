/**
 * How numbers are written: real minus (U+2212), narrow no-break space in thousands and before units, as many digits as
 * the interval supports. Pure functions; the only place that turns a number into text.
 */
export const MINUS = '\u2212';
export const THIN = '\u202f';

/** Fixed decimals, grouped in thousands. */
export function fixed(value: number, decimals = 0): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'none' : value > 0 ? '∞' : `${MINUS}∞`;
  const text = Math.abs(value).toFixed(decimals);
  const [whole = '0', fraction] = text.split('.');
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(?:\d{3})+$)/g, THIN) : whole;
  const sign = value < 0 && Number(text) !== 0 ? MINUS : '';
  return sign + grouped + (fraction === undefined ? '' : `.${fraction}`);
}

/** Decimals that show about `digits` significant digits of a number of this size. */
export function decimalsFor(size: number, digits = 3): number {
  if (size === 0 || !Number.isFinite(size)) return 0;
  return Math.min(9, Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(size)))));
}

/** About three significant digits; integers stay whole. */
export function number(value: number, digits = 3): string {
  return Number.isInteger(value) ? fixed(value) : fixed(value, decimalsFor(value, digits));
}

export interface Scale {
  readonly unit: string;
  readonly factor: number;
}

const LADDERS: Readonly<Record<string, readonly (readonly [limit: number, unit: string, factor: number])[]>> = {
  ns: [[1e3, 'ns', 1], [1e6, 'µs', 1e-3], [1e9, 'ms', 1e-6], [Infinity, 's', 1e-9]],
  B: [[1024, 'B', 1], [1 << 20, 'KiB', 1 / 1024], [1 << 30, 'MiB', 1 / (1 << 20)], [Infinity, 'GiB', 1 / (1 << 30)]],
  s: [[1e-6, 'ns', 1e9], [1e-3, 'µs', 1e6], [1, 'ms', 1e3], [Infinity, 's', 1]],
};

/** The unit in which values of this size read best; times and bytes climb their ladder, other units stay. */
export function scaleFor(unit: string, largest: number): Scale {
  const step = LADDERS[unit]?.find(([limit]) => Math.abs(largest) < limit);
  return step === undefined ? { unit, factor: 1 } : { unit: step[1], factor: step[2] };
}

/** A value with its unit, on its ladder. */
export function quantity(value: number, unit: string, digits = 3): string {
  const scale = scaleFor(unit, value);
  const text = number(value * scale.factor, digits);
  return scale.unit === '' ? text : `${text}${THIN}${scale.unit}`;
}

const signed = (value: number, decimals: number): string => {
  const text = fixed(value, decimals);
  return value > 0 && Number(value.toFixed(decimals)) !== 0 ? `+${text}` : text;
};

/** Decimals of a mean: as many as its half width supports, one more below 3 of a digit's unit. */
function decimalsOfInterval(mean: number, halfWidth: number): number {
  const step = Number.isFinite(halfWidth) && halfWidth > 0 ? halfWidth : Math.abs(mean) / 10;
  return Math.min(6, Math.max(0, -Math.floor(Math.log10((step || 3) / 3))));
}

export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** The estimate in the unit a reader expects: shares of one as %, times and bytes on their ladder. */
function presented(estimate: Estimate, unit: string): { values: Estimate; unit: string } {
  const scale = isShare(unit) ? { unit: '%', factor: 100 } : scaleFor(unit, Math.max(Math.abs(estimate.mean), Math.abs(finiteOr(estimate.low, 0)), Math.abs(finiteOr(estimate.high, 0))));
  return { values: { mean: estimate.mean * scale.factor, low: estimate.low * scale.factor, high: estimate.high * scale.factor }, unit: scale.unit };
}

const finiteOr = (value: number, other: number): number => (Number.isFinite(value) ? value : other);

/** Units of a relative effect: a fraction of the baseline, shown as per cent. */
export function isShare(unit: string): boolean {
  return unit === 'relative' || unit === 'ratio' || unit === 'fraction' || unit === '1';
}

/** Mean of an effect with sign and unit, e.g. "−46.2 %". */
export function effect(estimate: Estimate, unit: string): string {
  const { values, unit: shown } = presented(estimate, unit);
  const decimals = decimalsOfInterval(values.mean, (values.high - values.low) / 2);
  return signed(values.mean, decimals) + (shown === '' ? '' : `${THIN}${shown}`);
}

/** Its interval, e.g. "[−49, −43]"; one value alone has none, and says so. */
export function interval(estimate: Estimate, unit: string, withSign = true): string {
  const { values } = presented(estimate, unit);
  if (!Number.isFinite(values.low) || !Number.isFinite(values.high)) return 'one run, no interval';
  const decimals = decimalsOfInterval(values.mean, (values.high - values.low) / 2);
  const write = withSign ? signed : fixed;
  return `[${write(values.low, decimals)}, ${write(values.high, decimals)}]`;
}

/** One signed number in the unit of an effect, e.g. the paper's "−50 %". */
export function effectValue(value: number, unit: string): string {
  const { values, unit: shown } = presented({ mean: value, low: value, high: value }, unit);
  return signed(values.mean, Math.min(1, decimalsFor(values.mean, 2))).replace(/\.0+(?=$|\D)/, '') + (shown === '' ? '' : `${THIN}${shown}`);
}

const WORDS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten', 'Eleven', 'Twelve'];

/** Small counts as words, capitalised for the start of a sentence. */
export function countWord(n: number): string {
  return WORDS[n] ?? fixed(n);
}

/** Seconds as a person says them. */
export function duration(seconds: number): string {
  if (seconds < 1) return 'less than 1 s';
  if (seconds < 90) return `about ${fixed(seconds)}${THIN}s`;
  return `about ${fixed(seconds / 60)}${THIN}min`;
}

/** Keeps a number and its unit on one line, in texts that were written with a plain space between them. */
export const nobreak = (text: string): string => text.replace(/(\d) (?=(?:%|[kKMG]i?B|[nµm]?s|bits?)(?![\w]))/g, '$1\u00a0');
