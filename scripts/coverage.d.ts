export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
}
export function failureOf(ended: Ended, current: string): string | undefined;
export function runHere(command: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended>;
