import { cleanLine } from './untrusted.js';

/** Foreign text for a line of Markdown, or a cell of a table: no line break, no column, and none of the HTML that GitHub lets through. */
export function escapeMarkdown(text: string): string {
  return cleanLine(text).replace(/[\\|`*_[\]<>&#@!]/g, (character) => `&#${character.charCodeAt(0)};`);
}
