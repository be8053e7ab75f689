export function reachable(folder: string, entries: readonly string[]): Promise<Set<string>>;
export function keepReachable(folder: string, entries: readonly string[]): Promise<void>;
