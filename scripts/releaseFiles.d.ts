export function versionOf(tag: string, packaged: string): string;
export function notesOf(changelog: string, version: string): string;
export function fill(template: string, version: string, sums: ReadonlyMap<string, string>): string;
