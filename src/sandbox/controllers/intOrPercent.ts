/** A number or a percentage. */
export type IntOrPercent = number | string;

/** The number that a count or a share of `total` comes to (apimachinery, intstr.GetScaledValueFromIntOrPercent). */
export function scaled(value: IntOrPercent, total: number, round: (value: number) => number): number {
  return typeof value === 'number' ? value : round((Number.parseInt(value, 10) * total) / 100);
}
