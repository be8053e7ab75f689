/**
 * Quantities (`500m`, `1Gi`) in the canonical form in which the API server gives them back: k8s.io/apimachinery
 * pkg/api/resource, Quantity.CanonicalizeBytes.
 */

const SHAPE = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/;
const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
/** Nothing finer than a nano is kept. */
const NANO = 9;
const LARGEST = (2n ** 63n - 1n) * 10n ** BigInt(NANO);

/** A quantity as a whole number of nanos, and the form in which it was written. */
export interface Quantity {
  readonly nanos: bigint;
  readonly form: 'binary' | 'decimal' | 'exponent';
}

/** Undefined where the value is no quantity. */
export function parseQuantity(value: string | number): Quantity | undefined {
  const match = SHAPE.exec(String(value).trim());
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent, suffix = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const binary = BINARY.indexOf(suffix);
  const power = exponent === undefined ? (DECIMAL.indexOf(suffix) - 3) * 3 : Number(exponent.slice(1));
  if (Math.abs(power) > 1000) return undefined;
  const digits = BigInt(whole + fraction);
  const isBinary = binary > 0;
  const scaled = isBinary ? digits * 1024n ** BigInt(binary) : digits;
  const tens = NANO - fraction.length + (isBinary ? 0 : power);
  const size = tens >= 0 ? scaled * 10n ** BigInt(tens) : roundedUp(scaled, 10n ** BigInt(-tens));
  const capped = size > LARGEST ? LARGEST : size;
  return {
    nanos: sign === '-' ? -capped : capped,
    form: isBinary ? 'binary' : exponent === undefined ? 'decimal' : 'exponent',
  };
}

/** Division that rounds away from zero, as the server does with what is too fine. */
function roundedUp(value: bigint, divisor: bigint): bigint {
  return (value + divisor - 1n) / divisor;
}

/**
 * The canonical form of a quantity: `1000m` → `1`, `0.5` → `500m`, `1.5Gi` → `1536Mi`, `1024Mi` → `1Gi`. Undefined where the
 * value is none.
 */
export function canonicalQuantity(value: string | number): string | undefined {
  const quantity = parseQuantity(value);
  return quantity === undefined ? undefined : formatQuantity(quantity);
}

/** A quantity in its canonical form. */
export function formatQuantity({ nanos, form }: Quantity): string {
  if (nanos === 0n) return '0';
  const one = 10n ** BigInt(NANO);
  const small = nanos > -1024n * one && nanos < 1024n * one;
  if (form === 'binary' && !small && nanos % one === 0n) {
    const [mantissa, steps] = withoutFactors(nanos / one, 1024n, BINARY.length - 1);
    return `${mantissa}${BINARY[steps] ?? ''}`;
  }
  const [mantissa, steps] = withoutFactors(nanos, 1000n, form === 'exponent' ? Infinity : DECIMAL.length - 1);
  const power = steps * 3 - NANO;
  if (form !== 'exponent') return `${mantissa}${DECIMAL[steps] ?? ''}`;
  return power === 0 ? String(mantissa) : `${mantissa}e${power}`;
}

function withoutFactors(value: bigint, factor: bigint, most: number): [bigint, number] {
  let steps = 0;
  let rest = value;
  while (steps < most && rest % factor === 0n) {
    rest /= factor;
    steps += 1;
  }
  return [rest, steps];
}
