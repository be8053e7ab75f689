/** How long something took or is ago, short enough for a column: `0.4s`, `12s`, `1m04s`, `2h05m`, `3d04h`. */
export function formatDuration(ms: number): string {
  const whole = Math.max(0, ms);
  if (whole < 9_950) return `${(whole / 1000).toFixed(1)}s`;
  const seconds = Math.round(whole / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${pad(seconds % 60)}s`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours}h${pad(minutes % 60)}m` : `${Math.floor(hours / 24)}d${pad(hours % 24)}h`;
}

/** As `formatDuration`, for what is never shorter than a second: `3s`, `46s`, `1m04s`. */
export function formatAge(ms: number): string {
  return ms < 9_950 ? `${Math.max(0, Math.floor(ms / 1000))}s` : formatDuration(ms);
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
