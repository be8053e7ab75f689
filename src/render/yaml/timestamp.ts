/** go-yaml's four forms, with what Go's time.Parse lets pass: one-digit parts, a comma for the fraction, several spaces. */
const TIMESTAMP = /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:([Tt])| +)(\d\d?):(\d\d?):(\d\d?)(?:[.,](\d+))?(Z|[-+]\d\d:\d\d)?)?$/;

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** A YAML timestamp in the form of RFC 3339 in which Go's encoding/json writes it, or undefined where the text is none. */
export function readTimestamp(text: string): string | undefined {
  if (text.charAt(4) !== '-') return undefined;
  const match = TIMESTAMP.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', letter, hour = '0', minute = '0', second = '0', fraction = '', zone] =
    match;
  const timed = match[5] !== undefined;
  // A zone belongs to the form with a T and is required there.
  if (timed && (letter === undefined) !== (zone === undefined)) return undefined;
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > daysIn(Number(year), Number(month)))
    return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  let offset = 'Z';
  if (zone !== undefined && zone !== 'Z') {
    if (Number(zone.slice(1, 3)) > 24 || Number(zone.slice(4)) > 59) return undefined;
    if (!zone.endsWith('00:00')) offset = zone;
  }
  const two = (part: string): string => part.padStart(2, '0');
  const nanoseconds = fraction.slice(0, 9).replace(/0+$/, '');
  const rest = nanoseconds === '' ? '' : `.${nanoseconds}`;
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}${rest}${offset}`;
}
