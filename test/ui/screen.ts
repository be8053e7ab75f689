import { Writable } from 'node:stream';
import xterm from '@xterm/headless';

/** A terminal without a screen: what is written to its stream can be read as a person would see it. */
export class Screen extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  onWrite: () => void = () => undefined;
  readonly #terminal: InstanceType<typeof xterm.Terminal>;

  constructor(columns: number, rows: number) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.rows = rows;
    this.#terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 1000, allowProposedApi: true });
  }

  /** The user makes the window wider or narrower: what stands is wrapped anew. Behind all that was written. */
  async resize(columns: number, rows: number): Promise<void> {
    await this.text();
    this.#terminal.resize(columns, rows);
    this.columns = columns;
    this.rows = rows;
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.onWrite();
    // A terminal driver turns line feeds into carriage return and line feed.
    this.#terminal.write(String(chunk).replace(/\r?\n/g, '\r\n'), done);
  }

  /** Scrollback and screen, without the space at the end of lines. */
  async text(): Promise<string> {
    // Behind all that waits in the stream.
    await new Promise<void>((resolve) => Writable.prototype.write.call(this, '', 'utf8', () => resolve()));
    const { active } = this.#terminal.buffer;
    const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
    return `${lines
      .map((line) => line.trimEnd())
      .join('\n')
      .trimEnd()}\n`;
  }
}
