export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
}
export function againIfCrashed(run: () => Promise<Ended>, say: (signal: string) => void): Promise<Ended>;
export function runHere(command: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended>;
