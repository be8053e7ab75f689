/** The phases of a run, from its `--events-file`. Pure. */

export interface Phase {
  readonly name: string;
  /** ms since the epoch. */
  readonly at: number;
}

interface PhaseEvent {
  readonly type: string;
  readonly phase?: string;
  readonly at?: string | number;
}

function eventsOf(text: string): PhaseEvent[] {
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as PhaseEvent]));
}

function phasesAt(type: string, text: string): Phase[] {
  return eventsOf(text).flatMap((event) =>
    event.type === type && event.phase !== undefined && event.at !== undefined
      ? [{ name: event.phase, at: Number(new Date(event.at)) }]
      : [],
  );
}

/** When each phase began. */
export function phasesOf(text: string): Phase[] {
  return phasesAt('phaseStarted', text);
}

/** How long a phase took, s; 0 where there was none. */
export function secondsOf(name: string, text: string): number {
  const began = phasesAt('phaseStarted', text).find((phase) => phase.name === name);
  const ended = phasesAt('phaseFinished', text).find((phase) => phase.name === name);
  return began === undefined || ended === undefined ? 0 : (ended.at - began.at) / 1000;
}
