/** `5s`, `3m`, `2d`: k8s.io/apimachinery pkg/util/duration, HumanDuration. */
export function age(since: string, now: number): string {
  if (since === '') return '<unknown>';
  return duration(Math.max(0, now - Date.parse(since)));
}

/** A duration in ms as `kubectl get` prints ages (apimachinery, pkg/util/duration): `5m30s`, `3h`, `2d4h`. */
export function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  const both = (large: number, unit: string, small: number, part: string): string =>
    small === 0 ? `${large}${unit}` : `${large}${unit}${small}${part}`;
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return both(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  if (hours < 8) return both(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  if (hours < 192) return both(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  if (days < 2920) return both(Math.floor(days / 365), 'y', days % 365, 'd');
  return `${Math.floor(days / 365)}y`;
}
