/** Numbers as Go writes them. */

/** The shortest decimal digits that read back as the number, and the position of the decimal point in them. */
function decompose(value: number): { digits: string; point: number } {
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  return { digits: mantissa.replace('.', ''), point: Number(exponent) + 1 };
}

/** `%e` of Go: at least two digits of exponent. */
function scientific(digits: string, exponent: number): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits.charAt(0)}${fraction}e${exponent < 0 ? '-' : '+'}${size}`;
}

function plainDecimal(digits: string, point: number): string {
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  if (digits.length <= point) return digits.padEnd(point, '0');
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** The 'g' format with the shortest digits: scientific where the exponent is below -4 or at least 6. */
function general(value: number, round: (value: number) => { digits: string; point: number }): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const { digits, point } = round(Math.abs(value));
  const exponent = point - 1;
  const text = exponent < -4 || exponent >= 6 ? scientific(digits, exponent) : plainDecimal(digits, point);
  return value < 0 ? `-${text}` : text;
}

/** strconv.FormatFloat(value, 'g', -1, 64). */
export function formatFloat(value: number): string {
  return general(value, decompose);
}

/** strconv.FormatFloat(value, 'g', -1, 32): the shortest digits that tell the number from other 32-bit floats. */
export function formatFloat32(value: number): string {
  const single = Math.fround(value);
  return general(value, (size) => {
    for (let precision = 1; precision < 10; precision++) {
      const rounded = Number(size.toPrecision(precision));
      if (Math.fround(rounded) === Math.abs(single)) return decompose(rounded);
    }
    return decompose(size);
  });
}
